import t from 'tap'
import { acceptEmail } from '../../src/users/email-addresses.ts'
import { withEnds } from '../support/spellings.ts'

const label = (length: number) => 'd'.repeat(length)

t.test('an e-mail address is stored as typed', async (t) => {
  for (const typed of [
    'ada@example.com',
    'Ada@Example.COM',
    'ada.lovelace+tag@mail.example.co.uk',
    "o'brien@example.ie",
    "a!#$%&'*+/=?^_`{|}~-b@example.com",
    '1@2.3',
    'ada@localhost',
    'ada@xn--bcher-kva.example',
    'ада@пример.рф',
    '用户@例子.广告',
    'संपर्क@उदाहरण.भारत',
    `${'l'.repeat(64)}@example.com`,
    `ada@${label(63)}.example`,
    `${'l'.repeat(64)}@${label(63)}.${label(63)}.${label(61)}`,
  ]) {
    t.equal(acceptEmail(typed), typed)
    for (const spelling of withEnds(typed)) t.equal(acceptEmail(spelling), typed, 'ends are trimmed (A1)')
  }
})

const invalidAddresses: Array<[why: string, typed: string]> = [
  ['an empty text', ''],
  ['no at sign', 'ada'],
  ['no local part', '@example.com'],
  ['no domain', 'ada@'],
  ['two at signs', 'ada@b@example.com'],
  ['a wide at sign', 'ada＠example.com'],
  ['a space within', 'a da@example.com'],
  ['a header after it', 'ada@example.com\r\nBcc: eve@example.com'],
  ['another address after it', 'ada@example.com,eve@example.com'],
  ['a name around it', 'Ada <ada@example.com>'],
  ['a quoted name', '"ada b"@example.com'],
  ['a comment', 'ada(b)@example.com'],
  ['an IP address as the domain', 'ada@[127.0.0.1]'],
  ['a leading dot', '.ada@example.com'],
  ['a dot before the at sign', 'ada.@example.com'],
  ['two dots', 'a..b@example.com'],
  ['two dots in the domain', 'ada@example..com'],
  ['a trailing dot', 'ada@example.com.'],
  ['a domain that begins with a dot', 'ada@.example.com'],
  ['a label that begins with a hyphen', 'ada@-example.com'],
  ['a label that ends with a hyphen', 'ada@example-.com'],
  ['an underscore in the domain', 'ada@exa_mple.com'],
  ['a port', 'ada@example.com:25'],
  ['NUL', 'ada\u0000@example.com'],
  ['a lone surrogate', 'ada\udc00@example.com'],
  ['a zero-width space', 'ada\u200b@example.com'],
  ['a right-to-left override', 'ada\u202e@example.com'],
  ['65 characters before the at sign', `${'l'.repeat(65)}@example.com`],
  ['a label of 64 characters', `ada@${label(64)}.example`],
  ['255 characters', `${'l'.repeat(64)}@${label(63)}.${label(63)}.${label(62)}`],
  ['255 bytes', `${'é'.repeat(64)}@${label(63)}.${label(62)}`],
]

for (const [why, typed] of invalidAddresses) {
  t.test(`an e-mail address is rejected: ${why}`, async (t) => {
    t.throws(() => acceptEmail(typed), {
      name: 'ApiError',
      statusCode: 400,
      code: 'invalid_request',
      errors: [{ path: '/email', message: /\w/ }],
    })
  })
}
