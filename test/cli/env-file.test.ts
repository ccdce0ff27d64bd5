// @lane processes
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { jwtVerify } from 'jose'
import t, { type Test } from 'tap'
import { secretFor } from '../support/build.ts'
import { emptyFolder, run, signedUpAt, start } from '../support/spawn.ts'

t.test('a .env file is read, and the environment wins', async (t) => {
  const folder = await folderWith(t, '# a comment\nPREFIX=/by-file\nDOCS="off"\n')
  const service = await start(t, { folder, environment: { PREFIX: '/by-environment' } })
  t.match((await service.ready()).docs, /:\d+\/by-environment$/)
})

t.test('the .env of the tutorial is enough: HS256 with its key, half an hour', async (t) => {
  const key = secretFor('secret key')
  const folder = await folderWith(t, `SECRET_KEY="${key}"\nALGORITHM=HS256\nACCESS_TOKEN_EXPIRE_MINUTES=30\n`)
  const service = await start(t, { folder })
  const token = await signedUpAt((await service.ready()).url, 'ada')
  const { payload, protectedHeader } = await jwtVerify(token, new TextEncoder().encode(key))
  t.equal(protectedHeader.alg, 'HS256')
  t.equal((payload.exp ?? 0) - (payload.iat ?? 0), 30 * 60)
})

t.test('the placeholder of the tutorial is refused with a command that makes a key', async (t) => {
  const folder = await folderWith(t, 'SECRET_KEY=your_secret_key\nALGORITHM=HS256\nACCESS_TOKEN_EXPIRE_MINUTES=30\n')
  const { code, stdout, stderr } = await run(t, { folder })
  t.equal(code, 1)
  t.strictSame(stdout, [])
  t.equal(stderr.length, 2)
  t.match(stderr[1], /^- SECRET_KEY is \(not shown\): .*32 bytes.* node -p /)
})

t.test('every setting that is wrong is a line, whichever place it comes from', async (t) => {
  const folder = await folderWith(t, 'PORT=eighty\nSIGNUP=perhaps\n')
  const { code, stderr } = await run(t, {
    folder,
    environment: { PORT: '99999', MASTER_KEY: secretFor('short').slice(-15) },
  })
  t.equal(code, 1)
  t.equal(stderr.length, 4)
  t.strictSame(
    stderr
      .slice(1)
      .map((line) => /^- (\w+) is /.exec(line)?.[1])
      .sort(),
    ['MASTER_KEY', 'PORT', 'SIGNUP'],
  )
  t.match(stderr.join('\n'), 'PORT is 99999')
})

t.test('a .env that cannot be read is one clear line', async (t) => {
  const folder = await emptyFolder(t)
  await mkdir(join(folder, '.env'))
  const { code, stderr } = await run(t, { folder })
  t.equal(code, 1)
  t.equal(stderr.length, 2)
  t.match(stderr[1], /^- \.env cannot be read/)
})

async function folderWith(t: Test, text: string) {
  const folder = await emptyFolder(t)
  await writeFile(join(folder, '.env'), text)
  return folder
}
