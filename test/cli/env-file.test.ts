import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { secretFor } from '../support/build.ts'
import { runCommand } from '../support/latchkey-command.ts'
import { emptyFolder } from '../support/spawn.ts'

t.test('the placeholder of the tutorial is refused with a command that makes a key', async (t) => {
  const folder = await folderWith(t, 'SECRET_KEY=your_secret_key\nALGORITHM=HS256\nACCESS_TOKEN_EXPIRE_MINUTES=30\n')
  const { code, stdout, stderr } = await runCommand(t, { folder, parameters: [] })
  t.strictSame([code, stdout], [1, ''])
  t.match(stderr, /^Latchkey did not start\.\n- SECRET_KEY is \(not shown\): .*32 bytes.* node -p .*$/)
})

t.test('every setting that is wrong is a line, whichever place it comes from', async (t) => {
  const folder = await folderWith(t, 'PORT=eighty\nSIGNUP=perhaps\n')
  const { code, stderr } = await runCommand(t, {
    folder,
    parameters: [],
    environment: { PORT: '99999', MASTER_KEY: secretFor('short').slice(-15) },
  })
  t.equal(code, 1)
  const [headline, ...faults] = stderr.split('\n')
  t.equal(headline, 'Latchkey did not start.')
  t.strictSame(faults.map((line) => /^- (\w+) is /.exec(line)?.[1]).sort(), ['MASTER_KEY', 'PORT', 'SIGNUP'])
  t.match(stderr, 'PORT is 99999')
})

t.test('a .env that cannot be read is one clear line', async (t) => {
  const folder = await emptyFolder(t)
  await mkdir(join(folder, '.env'))
  const { code, stderr } = await runCommand(t, { folder, parameters: [] })
  t.equal(code, 1)
  t.match(stderr, /^Latchkey did not start\.\n- \S+\/\.env cannot be read: .*$/)
})

async function folderWith(t: Test, text: string) {
  const folder = await emptyFolder(t)
  await writeFile(join(folder, '.env'), text)
  return folder
}
