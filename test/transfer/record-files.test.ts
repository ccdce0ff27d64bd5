import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { formatOf, openRecordFile } from '../../src/transfer/record-files.ts'
import { secretFor } from '../support/build.ts'
import { emptyFolder } from '../support/spawn.ts'

/** Reads a file of that name. @returns the number of each line with its content or its fault */
async function read(t: Test, name: string, content: string | Buffer) {
  const path = join(await emptyFolder(t), name)
  await writeFile(path, content)
  const file = await openRecordFile(path, {
    usernames: 'required',
    format: formatOf(path, undefined),
    signal: new AbortController().signal,
  })
  const found = []
  for await (const { number, content } of file.records()) found.push([number, content])
  t.strictSame([file.size, file.bytesRead()], [Buffer.byteLength(content), Buffer.byteLength(content)])
  return found
}

t.test('each line of JSON is a record, and an invalid line does not affect the others', async (t) => {
  const lines: Array<[text: string | Buffer, content: unknown]> = [
    ['\ufeff{"username":"ada"}\r', { username: 'ada' }],
    [
      '{"username":"bob","__proto__":{"disabled":true}}',
      JSON.parse('{"username":"bob","__proto__":{"disabled":true}}'),
    ],
    ['  {"username":"zo\u00eb\u2028"}  ', { username: 'zo\u00eb\u2028' }],
    [`{"name":"${'x'.repeat(65_525)}"}`, { name: 'x'.repeat(65_525) }],
    [`{"name":"${'x'.repeat(65_526)}"}`, 'The line is longer than 64 KiB.'],
    [Buffer.from([0x7b, 0xe9, 0x7d]), 'The line is not UTF-8.'],
    ...[
      '[{"username":"eve"}]',
      'null',
      '"eve"',
      '42',
      '{"username":"eve"',
      '{"username":"eve"}{}',
      "{'username':'eve'}",
      '{"username":"nul\0"}',
      '['.repeat(60_000),
      `{"password":"${secretFor('eve')}"`,
    ].map((text): [string, string] => [text, 'The line is not a JSON object.']),
    ['{"username":"last"}', { username: 'last' }],
  ]
  const found = await read(
    t,
    'people.NDJSON',
    Buffer.concat(
      lines.flatMap(([text], index) => (index === 0 ? [Buffer.from(text)] : [Buffer.from('\n'), Buffer.from(text)])),
    ),
  )
  t.equal(found.length, lines.length)
  for (const [index, [, content]] of lines.entries()) t.strictSame(found[index], [index + 1, content])
  t.strictSame(
    await read(t, 'people.jsonl', '\n \n{"username":"ada"}\n\r\n'),
    [[3, { username: 'ada' }]],
    'blank lines are skipped but counted',
  )
  t.strictSame(await read(t, 'people.json', ''), [])
})

t.test(
  'each line of CSV is a record by the header, quoted as in RFC 4180, and a stray quote affects no other line',
  async (t) => {
    const found = await read(
      t,
      'people.csv',
      [
        '\ufeff"username", name ,email_verified,disabled\r',
        'ada,"Lovelace, ""Ada""",TRUE,0\r',
        'bob,  spaces  ,1,false\r',
        '',
        'cy,"=1+1",,\r',
        "dee,'=1+1,no,yes",
        "eve,''=1+1,true,",
        "fay,'tis her's,,true",
        'gus,"two',
        'lines",,',
        'hal,a "nickname",,',
        'ian,,',
        'jay,,,,',
        'kim,,,',
      ].join('\n'),
    )
    const quotes = 'The quotes do not match. Only JSON lines can have values with line breaks.'
    t.strictSame(found, [
      [2, { username: 'ada', name: 'Lovelace, "Ada"', email_verified: true, disabled: false }],
      [3, { username: 'bob', name: '  spaces  ', email_verified: true, disabled: false }],
      [5, { username: 'cy', name: '=1+1', email_verified: false, disabled: false }],
      [6, { username: 'dee', name: '=1+1', email_verified: 'no', disabled: 'yes' }],
      [7, { username: 'eve', name: "'=1+1", email_verified: true, disabled: false }],
      [8, { username: 'fay', name: "'tis her's", email_verified: false, disabled: true }],
      [9, quotes],
      [10, quotes],
      [11, quotes],
      [12, 'The line has 3 values, but the first line has 4.'],
      [13, 'The line has 5 values, but the first line has 4.'],
      [14, { username: 'kim', name: '', email_verified: false, disabled: false }],
    ])
  },
)

t.test(
  'a CSV file whose first line does not name its columns is rejected, and its values are not shown (A10)',
  async (t) => {
    for (const [header, faults] of [
      ['', [/^The file is empty\./]],
      ['\n\n', [/^The file is empty\./]],
      [
        'name,email\nAda,ada@example.com',
        [/must name its columns, including username\. Known columns: id, username, name, email, /],
      ],
      ['ada,ada@example.com', [/must name its columns, including username/]],
      ['username;email\nada;ada@example.com', [/^The first line has semicolons instead of commas/]],
      ['"username"\t"email"\nada\tada@example.com', [/^The first line has tabs instead of commas/]],
      ['Username\nada', [/"Username" is unknown\. Rename it to username\.$/]],
      [
        'User name,E-Mail,hash',
        [
          /"User name" is unknown\. Rename it to username\.$/,
          /"E-Mail" is unknown\. Rename it to email\.$/,
          /"hash" is unknown\. Rename it to password_hash\.$/,
        ],
      ],
      [
        'email_address,password_hash',
        [/must name its columns, including username/, /"email_address" is unknown\. Rename it to email\.$/],
      ],
      ['username\rada\r', [/must name its columns, including username/]],
      ['"username,email\nada', [/must name its columns, including username/]],
      [Buffer.from('username\nada', 'utf16le'), [/must name its columns, including username/]],
      [Buffer.from('\ufeffusername\nada', 'utf16le'), [/^The line is not UTF-8\.$/]],
      [`username,${'x'.repeat(70_000)}`, [/^The line is longer than 64 KiB\.$/]],
      ['username,email,username', [/^The first line names a column twice\.$/]],
      ['username,__proto__,constructor', [/"__proto__" is unknown/, /"constructor" is unknown/]],
      [
        'username,password,colour,colour',
        [/^Plain passwords cannot be imported\./, /"colour" is unknown/, /^The first line names a column twice\.$/],
      ],
      [
        `username,${secretFor('x')},$2b$04$xfewSD9HvdTLEYRc9EPZku,,`,
        [/^A field or column is unknown\. Known are: id/, /^The first line names a column twice\.$/],
      ],
    ] as const) {
      await t.rejects(
        read(t, 'people.csv', typeof header === 'string' ? header : Buffer.from(header)),
        { code: 'start_refused', faults: [...faults] },
        String(header).slice(0, 40),
      )
    }
  },
)

t.test('the format of a file follows from its name unless it is given', async (t) => {
  for (const name of ['a.jsonl', 'a.b.NDJSON', 'a.json']) t.equal(formatOf(name, undefined), 'jsonl', name)
  t.equal(formatOf('folder.jsonl/a.CSV', undefined), 'csv')
  t.equal(formatOf('a.csv', 'jsonl'), 'jsonl')
  t.equal(formatOf('-', 'csv'), 'csv')
  for (const name of ['a.txt', 'jsonl', '.csvx', 'a.csv.gz', '']) {
    t.throws(
      () => formatOf(name, undefined),
      { code: 'start_refused', message: /does not end in \.jsonl or \.csv/ },
      name,
    )
  }
  t.throws(() => formatOf('-', undefined), {
    code: 'start_refused',
    message: /--format jsonl or --format csv/,
  })
})
