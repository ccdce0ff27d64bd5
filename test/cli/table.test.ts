import t from 'tap'
import { InvalidArgumentError } from 'commander'
import { timeFrom } from '../../src/cli/options.ts'
import { tableOf, visible } from '../../src/cli/table.ts'

/** Output without a width or colors. */
const plain = { columns: undefined, colored: (_color: string, text: string) => text }

t.test('columns are as wide as their content', async (t) => {
  t.equal(
    tableOf(
      plain,
      ['NAME', 'SCOPES'],
      [
        ['ada', 'posts:write'],
        ['grace hopper', '-'],
      ],
    ),
    ['NAME          SCOPES', 'ada           posts:write', 'grace hopper  -'].join('\n'),
  )
})

t.test('on a narrow terminal only the widest flexible column is cut', async (t) => {
  const rows = [['01a213f6-6c66', 'posts:write posts:read', 'ada@example.com']]
  const heads = ['ID', 'SCOPES', 'E-MAIL']
  const line = (columns: number) =>
    tableOf({ ...plain, columns }, heads, rows, { flexible: ['SCOPES', 'E-MAIL'] }).split('\n')[1]
  t.equal(line(54), '01a213f6-6c66  posts:write posts:read  ada@example.com')
  t.equal(line(50), '01a213f6-6c66  posts:write posts…  ada@example.com')
  t.equal(line(40), '01a213f6-6c66  posts:writ…  ada@example…')
  t.equal(line(1), '01a213f6-6c66  posts…  ada@e…', 'values to be copied stay whole')
})

t.test('wide characters count as two columns and combining accents as none', async (t) => {
  const rows = [
    ['王小明', 'x'],
    ['e\u0301va', 'x'],
    ['🦊', 'x'],
  ]
  t.strictSame(tableOf(plain, ['NAME', ''], rows).split('\n').slice(1), ['王小明  x', 'e\u0301va     x', '🦊      x'])
  t.equal(
    tableOf({ ...plain, columns: 1 }, ['NAME', ''], rows, { flexible: ['NAME'] }).split('\n')[1],
    '王小明  x',
    'flexible columns keep at least six characters',
  )
  t.equal(
    tableOf({ ...plain, columns: 10 }, ['NAME', ''], [['王小明王', 'x']], { flexible: ['NAME'] }).split('\n')[1],
    '王小明…  x',
  )
})

t.test('a name cannot send terminal controls or reorder the text beside it', async (t) => {
  const [, line = ''] = tableOf(plain, ['NAME', 'STATE'], [['\u001b[2Kada\r\nroot\u202e\u009b1A', 'disabled']]).split(
    '\n',
  )
  t.equal(line, '\\u{1b}[2Kada\\u{d}\\u{a}root\\u{202e}\\u{9b}1A  disabled')
  t.equal(visible('Zoë 👩‍🚀 می‌خواهم'), 'Zoë 👩‍🚀 می‌خواهم', 'ordinary text is kept')
})

t.test('a time is shown as a date, a moment or a distance', async (t) => {
  t.equal(timeFrom('2026-11-25'), Date.UTC(2026, 10, 25))
  t.equal(timeFrom('2026-11-25T18:12:00Z'), Date.UTC(2026, 10, 25, 18, 12))
  t.equal(timeFrom('2026-11-25T18:12:00.5+01:00'), Date.UTC(2026, 10, 25, 17, 12, 0, 500))
  const before = Date.now()
  for (const [text, milliseconds] of [
    ['90m', 5_400_000],
    ['24h', 86_400_000],
    ['7d', 604_800_000],
  ] as const) {
    const time = timeFrom(text)
    t.ok(time >= before - milliseconds && time <= Date.now() - milliseconds, text)
  }
  for (const text of ['', '24', '1w', '-1h', 'yesterday', '2026-13-01', '2026-11-25T18:12', '1e3', '99999999d']) {
    t.throws(() => timeFrom(text), InvalidArgumentError, text)
  }
})
