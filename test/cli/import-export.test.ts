import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { readLines } from '../../src/lib/read-lines.ts'
import { createProgressBar, describeProgress } from '../../src/cli/progress.ts'
import { build, query, register, secretFor, signIn } from '../support/build.ts'
import { closedPipe, runCommand } from '../support/latchkey-command.ts'
import { codeAt, outcomeOf, step } from '../support/factors.ts'
import { firebaseExample, vectors } from '../support/password-vectors.ts'
import { emptyFolder } from '../support/spawn.ts'

/** A new folder with an empty database. */
async function folderWithDatabase(t: Test) {
  const folder = await emptyFolder(t)
  t.equal((await runCommand(t, { folder, parameters: ['migrate'] })).code, 0)
  return folder
}

async function latchkey(t: Test, folder: string, ...parameters: string[]) {
  const { stdout, ...rest } = await runCommand(t, { folder, parameters: ['users', ...parameters] })
  return { ...rest, stdout: stdout === '' ? [] : stdout.split('\n') }
}

const placeIn = (folder: string) => ({
  DATA_DIR: join(folder, 'data'),
  DATABASE_URL: `file:${join(folder, 'data/latchkey.db')}`,
})

const countIn = async (folder: string) =>
  (await query(`file:${join(folder, 'data/latchkey.db')}`, 'select count(*) as n from users'))[0]?.n

const transfersIn = async (folder: string) =>
  (
    await query<{ event: string; actor_type: string; details: string }>(
      `file:${join(folder, 'data/latchkey.db')}`,
      "select event, actor_type, details from events where event like 'users_%' order by id",
    )
  ).map(({ details, ...row }) => ({ ...row, ...JSON.parse(details) }))

const people = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    JSON.stringify({ username: `user${index}`, email: `user${index}@example.com`, email_verified: true }),
  ).join('\n')

t.test('a file is checked, imported beside a running service, and exported unchanged (X9)', async (t) => {
  const folder = await folderWithDatabase(t)
  const { app } = await build(t, { environment: placeIn(folder) })
  // With a byte order mark, quotes and CRLF, as spreadsheets write it.
  await writeFile(
    join(folder, 'people.csv'),
    '\ufeffusername,name,email,email_verified,scopes,disabled\r\nada,"Lovelace, ' +
      '""Ada""",ada@example.com,TRUE,posts:write ' +
      'keys:write,\r\nbob,,,,,1\r\n\r\nADA,,,,,\r\n"eve,,,,,\r\nzoe,,,\r\n',
  )
  const tried = await latchkey(t, folder, 'import', 'people.csv', '--dry-run')
  t.strictSame([tried.code, tried.stderr], [1, ''])
  t.match(tried.stdout, [
    'line 2: ada would be imported',
    'line 3: bob would be imported',
    'line 5 would be rejected: Line 2 has the same username.',
    /^line 6 would be rejected: The quotes do not match\. /,
    'line 7 would be rejected: The line has 4 values, but the first line has 6.',
    'Would import: 2. Existing users: 0. Would reject: 3. Nothing was changed.',
  ])
  t.equal(await countIn(folder), 0)
  t.strictSame(await transfersIn(folder), [])
  const done = await latchkey(t, folder, 'import', 'people.csv', '--json')
  t.equal(done.code, 1)
  t.match(JSON.parse(done.stdout.join('\n')), {
    lines: [{ line: 5, outcome: 'refused' }, { line: 6 }, { line: 7 }],
    imported: 2,
    already_there: 0,
    refused: 3,
    last_line: 7,
    complete: true,
    dry_run: false,
  })
  const imported = [
    { event: 'users_imported', actor_type: 'command', stage: 'started' },
    {
      ...{ event: 'users_imported', actor_type: 'command', stage: 'ended' },
      ...{ imported: 2, already_there: 0, refused: 3, second_factors: 0, complete: true },
    },
  ]
  t.strictSame(await transfersIn(folder), imported)
  t.equal((await register(app, 'ada')).statusCode, 409)
  t.equal((await register(app, 'amy')).statusCode, 201)

  const exported = await latchkey(t, folder, 'export', 'people.jsonl')
  t.equal(exported.code, 0)
  t.match(exported.stderr, /Exported 3 users to people\.jsonl\. Keep the file secret/)
  t.strictSame(await transfersIn(folder), [
    ...imported,
    { event: 'users_exported', actor_type: 'command', secrets: false },
  ])
  t.equal((await stat(join(folder, 'people.jsonl'))).mode & 0o777, 0o600)
  const text = await readFile(join(folder, 'people.jsonl'), 'utf8')
  // Accounts created in the same millisecond have no fixed order.
  const records = text
    .trimEnd()
    .split('\n')
    .map((line): { username: string } => JSON.parse(line))
  t.match(
    records.toSorted((one, other) => one.username.localeCompare(other.username)),
    [
      { username: 'ada', name: 'Lovelace, "Ada"', scopes: ['posts:write', 'keys:write'] },
      { username: 'amy' },
      { username: 'bob', disabled: true },
    ],
  )
  t.match(await latchkey(t, folder, 'export', 'people.jsonl'), {
    code: 1,
    stderr: /Cannot create \S+\/people\.jsonl: the file already exists/,
  })

  const elsewhere = await folderWithDatabase(t)
  await writeFile(join(elsewhere, 'people.jsonl'), text)
  t.match(await latchkey(t, elsewhere, 'import', 'people.jsonl'), {
    code: 0,
    stdout: ['Imported: 3. Existing users: 0. Rejected: 0.'],
  })
  t.equal((await latchkey(t, elsewhere, 'export')).stdout.join('\n') + '\n', text)
  const csv = await latchkey(t, elsewhere, 'export', '--format', 'csv')
  const [header, ...rows] = csv.stdout
  t.match(header, /^id,username,name,email/)
  t.equal(rows.length, 3)
  for (const row of [
    /,ada,"Lovelace, ""Ada""",ada@example\.com,true,,posts:write keys:write,false,/,
    /,bob,/,
    /,amy,/,
  ]) {
    t.match(rows.join('\n'), row)
  }
  const again = await build(t, { environment: placeIn(elsewhere) })
  t.equal((await signIn(again.app, 'amy')).statusCode, 200)
})

t.test('an unreadable file is reported in a sentence, and nothing is imported', async (t) => {
  const folder = await folderWithDatabase(t)
  await writeFile(join(folder, 'people.csv'), 'name,email\nAda,ada@example.com\n')
  for (const [parameters, words] of [
    [['import', 'people.csv'], /first line of a CSV file must name its columns, including username/],
    [['import', 'nowhere.jsonl'], /Cannot read \S*nowhere\.jsonl: .*no such file/],
    [['import', 'data', '--format', 'jsonl'], /Cannot read \S*data: it is a folder/],
    [['import', 'people.csv', '--format', 'xml'], /Allowed choices are jsonl, csv/],
    [['import'], /missing required argument 'file'/],
  ] as const) {
    const { code, stdout, stderr } = await latchkey(t, folder, ...parameters)
    t.strictSame([code, stdout], [1, []], parameters.join(' '))
    t.match(stderr, words)
  }
  t.equal(await countIn(folder), 0)
})

t.test('lines are UTF-8 of at most 64 KiB, however they are chunked', async (t) => {
  const bytes = Buffer.concat([
    Buffer.from('\ufeffone\r\ntwo\n'),
    Buffer.from([0xff, 0x0a]),
    Buffer.from(`${'x'.repeat(70_000)}\nzwölf`),
  ])
  for (const size of [1, 7, 100_000]) {
    const lines = []
    for await (const { number, text } of readLines(chunksOf(bytes, size))) lines.push([number, text])
    t.strictSame(lines, [
      [1, 'one'],
      [2, 'two'],
      [3, { fault: 'The line is not UTF-8.' }],
      [4, { fault: 'The line is longer than 64 KiB.' }],
      [5, 'zwölf'],
    ])
  }
})

t.test('the bar shows the progress and the time left', async (t) => {
  t.equal(
    describeProgress({ read: 42, size: 100, records: 41_900, elapsedMs: 4200 }),
    '[########------------]  42 %  41,900 records, about 6 s left',
  )
  t.equal(
    describeProgress({ read: 100, size: 100, records: 100, elapsedMs: 1 }),
    '[####################] 100 %  100 records, about 0 s left',
  )
  t.equal(
    describeProgress({ read: 1, size: 1000, records: 7, elapsedMs: 1000 }),
    '[--------------------]   0 %  7 records, about 17 min left',
  )
  t.equal(describeProgress({ read: 42, size: undefined, records: 7, elapsedMs: 1 }), '7 records')
})

t.test('the bar is drawn only on terminals, fits their width and makes way for other output', async (t) => {
  for (const [screen, drawn] of [
    [{ isTTY: true }, ['\r7 records\x1b[K', '\r\x1b[K']],
    [{ isTTY: true, columns: 6 }, ['\r7 rec\x1b[K', '\r\x1b[K']],
    [{ isTTY: false }, []],
    [{}, []],
  ] as const) {
    const written: string[] = []
    const bar = createProgressBar({ ...screen, write: (text) => written.push(text) })
    bar.clear()
    bar.show({ read: 1, size: undefined, records: 7 })
    bar.clear()
    bar.clear()
    t.strictSame(written, drawn)
  }
})

t.test('users from Firebase sign in as before, and the project’s signer key is not stored (A10)', async (t) => {
  const folder = await folderWithDatabase(t)
  const { hash, parameters, password, signerKey } = firebaseExample
  await writeFile(join(folder, 'people.jsonl'), JSON.stringify({ username: 'ada', password_hash: hash }))
  await writeFile(join(folder, 'parameters.txt'), parameters)
  await writeFile(join(folder, 'incomplete.txt'), parameters.replace('rounds', 'circles'))
  t.match(await latchkey(t, folder, 'import', 'people.jsonl'), {
    code: 1,
    stdout: [/^line 1 rejected: .* Firebase.* --firebase-parameters/],
  })
  for (const [file, reason] of [
    ['nowhere.txt', /Cannot read \S+nowhere\.txt: .*no such file/],
    ['incomplete.txt', /Firebase hash parameters lacks rounds\./],
  ] as const) {
    const refused = await latchkey(t, folder, 'import', 'people.jsonl', '--firebase-parameters', file)
    t.equal(refused.code, 1)
    t.match(refused.stderr, reason)
  }
  const done = await latchkey(t, folder, 'import', 'people.jsonl', '--firebase-parameters', 'parameters.txt')
  t.match(done, { code: 0, stdout: ['Imported: 1. Existing users: 0. Rejected: 0.'] })
  const { app } = await build(t, { environment: placeIn(folder) })
  const exported = await latchkey(t, folder, 'export', '-')
  t.match(exported.stdout[0], /"password_hash":"\$firebase-scrypt\$ln=14,r=8,p=1\$/)
  t.notMatch(exported.stdout[0], signerKey.slice(0, 20))
  t.equal((await signIn(app, 'ada', { password: `${password} ` })).statusCode, 401)
  t.equal((await signIn(app, 'ada', { password })).statusCode, 200)
})

t.test('second factors are imported before the first start, and the report says which are lost (T5)', async (t) => {
  const folder = await folderWithDatabase(t)
  const secrets = ['JBSWY3DPEHPK3PXP', 'KRUGS4ZANFZSAYJAONSWG4TFOQ']
  const { hash, password } = vectors[0]!
  const people = [
    {
      username: 'ada',
      password_hash: hash,
      totp_secret: secrets[0]?.toLowerCase().replaceAll(/.{4}(?=.)/g, '$& '),
      second_factors: 2,
    },
    { username: 'bob', totp_secret: [`otpauth://totp/X:bob?secret=${secrets[1]}&issuer=X&image=x`] },
    { username: 'cy', second_factors: 1 },
  ]
  await writeFile(join(folder, 'people.jsonl'), people.map((person) => JSON.stringify(person)).join('\n'))
  const report = [
    /Authenticator apps: 2\. Their users have no recovery codes until/,
    /^Users without all of their second factors: 2\. /,
  ]
  t.match((await latchkey(t, folder, 'import', 'people.jsonl', '--dry-run')).stdout, [
    'line 1: ada would be imported without 1 of the second factors',
    'line 2: bob would be imported',
    'line 3: cy would be imported without 1 of the second factors',
    'Would import: 3. Existing users: 0. Would reject: 0. Nothing was changed.',
    ...report,
  ])
  t.match(await latchkey(t, folder, 'import', 'people.jsonl'), {
    code: 0,
    stdout: ['Imported: 3. Existing users: 0. Rejected: 0.', ...report],
  })
  const { app, clock } = await build(t, { environment: placeIn(folder) })
  clock.advance(step)
  t.equal(outcomeOf(await signIn(app, 'ada', { password })), '403 mfa_required')
  t.equal(outcomeOf(await signIn(app, 'ada', { password, otp: codeAt(secrets[0] ?? '', clock.now()) })), '200')
  const environment = { MASTER_KEY: secretFor('another master key') }
  t.match(await runCommand(t, { folder, environment, parameters: ['users', 'import', 'people.jsonl'] }), {
    code: 1,
    stderr: /^error: MASTER_KEY is not the one that this database was made with\./,
  })
  const { stdout } = await latchkey(t, folder, 'export', '--secrets')
  t.strictSame(
    stdout
      .map((line) => JSON.parse(line))
      .map(({ username, totp_secret: secret }) => [username, secret])
      .toSorted(),
    [
      ['ada', [secrets[0]]],
      ['bob', [secrets[1]]],
      ['cy', undefined],
    ],
  )
  t.notMatch((await latchkey(t, folder, 'export')).stdout.join(), /totp_secret/)
})

t.test('records are also read from standard input', async (t) => {
  const { code, stdout } = await runCommand(t, {
    folder: await folderWithDatabase(t),
    parameters: ['users', 'import', '-', '--format', 'jsonl'],
    input: `${JSON.stringify({ username: 'ada', password: secretFor('ada') })}\n{"username":"bob"}\n`,
  })
  t.equal(code, 1)
  t.match(stdout, /^line 1 rejected: .*password_hash.*\nImported: 1\. Existing users: 0\. Rejected: 1\.$/)
})

t.test('a closed output ends a command quietly, and an import with how to continue', async (t) => {
  const folder = await folderWithDatabase(t)
  await writeFile(join(folder, 'people.jsonl'), `${people(300)}\n{}`)
  const users = (...parameters: string[]) =>
    runCommand(t, { folder, parameters: ['users', ...parameters], stdout: closedPipe() })

  t.match(await users('import', 'people.jsonl', '--json'), {
    code: 1,
    stderr:
      'The import stopped: standard output was closed. Lines up to 200 are done. To continue, run the command again',
  })
  t.equal(await countIn(folder), 200, 'imported before the output closed')
  for (const parameters of [['import', 'people.jsonl', '--dry-run'], ['export'], ['list'], ['show', 'user1']]) {
    const { code, stderr } = await users(...parameters)
    t.strictSame([code, stderr], [0, ''], parameters.join(' '))
  }
  await writeFile(join(folder, 'people.jsonl'), people(300))
  const { code, stderr } = await users('import', 'people.jsonl')
  t.strictSame([code, stderr], [0, ''], 'an import that is complete')
  t.equal(await countIn(folder), 300)
})

async function* chunksOf(bytes: Buffer, size: number) {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size)
}

t.test('with USERNAMES=optional a file needs no usernames and is exported unchanged (A9)', async (t) => {
  const folder = await folderWithDatabase(t)
  await writeFile(join(folder, 'people.csv'), 'email,email_verified\nada@example.com,true\nbob@example.com,\n')
  t.match(await latchkey(t, folder, 'import', 'people.csv'), { code: 1, stderr: /including username/ })
  const environment = { USERNAMES: 'optional' }
  const tried = await runCommand(t, { folder, environment, parameters: ['users', 'import', 'people.csv', '--dry-run'] })
  t.match(tried.stdout, 'line 2: ada@example.com would be imported\nline 3: bob@example.com would be imported\n')
  t.equal((await runCommand(t, { folder, environment, parameters: ['users', 'import', 'people.csv'] })).code, 0)
  const { stdout } = await latchkey(t, folder, 'export', '--format', 'csv')
  t.match(stdout.join('\n'), /^[\w-]{36},,,ada@example\.com,true,/m)
})
