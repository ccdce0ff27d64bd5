import { URI } from 'otpauth'
import t from 'tap'
import { newTotpSecret, stepOfCode, totpUriOf } from '../../src/factors/totp-codes.ts'

/** RFC 6238, appendix B: the secret, and times in seconds with the last six digits of their codes for SHA-1. */
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const vectors: [seconds: number, code: string][] = [
  [59, '287082'],
  [1111111109, '081804'],
  [1111111111, '050471'],
  [1234567890, '005924'],
  [2000000000, '279037'],
  [20000000000, '353130'],
]

t.test('codes are those of RFC 6238, accepted one step early or late (T3)', async (t) => {
  for (const [seconds, code] of vectors) {
    const step = Math.floor(seconds / 30)
    const at = (steps: number) => stepOfCode(secret, code, (seconds + steps * 30) * 1000)
    t.strictSame([at(-1), at(0), at(1)], [step, step, step], code)
    t.strictSame([at(-2), at(2)], [undefined, undefined], `${code}, two steps away`)
  }
})

t.test('secrets have 160 bits, and apps read the URI', async (t) => {
  const made = newTotpSecret()
  t.match(made, /^[A-Z2-7]{32}$/)
  t.not(newTotpSecret(), made)
  const uri = totpUriOf(made, { issuer: 'Länder & Co: Ä', label: 'ada@example.com' })
  t.match(URI.parse(uri), {
    issuer: 'Länder & Co: Ä',
    label: 'ada@example.com',
    algorithm: 'SHA1',
    digits: 6,
    period: 30,
    secret: { base32: made },
  })
})
