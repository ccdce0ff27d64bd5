import t, { type Test } from 'tap'
import { secretFor } from '../support/build.ts'
import { createMasterKey } from '../../src/keys/master-key.ts'

const purpose = 'signing keys'
const context = 'key 1'
const text = 'a secret — longer than one block, with letters like é and 😀'
const key = createMasterKey(secretFor('master key'))

/** Changes the bytes of an encrypted text. */
function changed(sealed: string, change: (bytes: Buffer) => Buffer) {
  return `1.${change(Buffer.from(sealed.slice('1.'.length), 'base64url')).toString('base64url')}`
}

t.test('an encrypted text decrypts with the same key, purpose and context', async (t) => {
  for (const secret of [text, '', '\0', 'x'.repeat(100_000)]) {
    t.equal(key.open(purpose, context, key.seal(purpose, context, secret)), secret)
  }
  const same = createMasterKey(secretFor('master key'))
  t.equal(same.open(purpose, context, key.seal(purpose, context, text)), text, 'after a restart')
})

t.test('encrypting the same text twice gives different results that reveal nothing', async (t) => {
  const sealed = Array.from({ length: 100 }, () => key.seal(purpose, context, text))
  t.equal(new Set(sealed).size, sealed.length)
  t.equal(new Set(sealed.map((one) => one.slice(0, 18))).size, sealed.length, 'no nonce is repeated')
  for (const one of sealed) {
    t.match(one, /^1\.[\w-]+$/)
    t.notMatch(Buffer.from(one.slice(2), 'base64url').toString('latin1'), 'a secret')
  }
})

t.test('an encrypted text does not decrypt with another key, purpose or context', async (t) => {
  const sealed = key.seal(purpose, context, text)
  const others = [
    '',
    'x',
    secretFor('another master key'),
    `${secretFor('master key')} `,
    secretFor('master key').toUpperCase(),
  ]
  for (const secret of others) t.equal(createMasterKey(secret).open(purpose, context, sealed), undefined)
  for (const other of ['', 'signing key', 'signing keys ', 'Signing keys', `${purpose} ${context}`]) {
    t.equal(key.open(other, context, sealed), undefined)
  }
  for (const other of ['', 'key 2', 'key 1 ', 'Key 1', 'key 1\0', `${purpose}${context}`]) {
    t.equal(key.open(purpose, other, sealed), undefined)
  }
})

t.test('the boundary between purpose and context is unambiguous', async (t) => {
  t.equal(key.open('ab', 'c', key.seal('a', 'bc', text)), undefined)
  t.equal(key.open('a', 'bc', key.seal('ab', 'c', text)), undefined)
})

t.test('an encrypted text with a changed bit does not decrypt', async (t) => {
  const sealed = key.seal(purpose, context, text)
  const length = Buffer.from(sealed.slice(2), 'base64url').length
  for (let index = 0; index < length; index++) {
    const opened = key.open(
      purpose,
      context,
      changed(sealed, (bytes) => {
        bytes[index]! ^= 1 << (index % 8)
        return bytes
      }),
    )
    if (opened !== undefined) t.fail(`byte ${index} changed`)
  }
  t.equal(
    key.open(
      purpose,
      context,
      changed(sealed, (bytes) => bytes),
    ),
    text,
    'unchanged, it does',
  )
})

t.test('a truncated or extended text does not decrypt, and does not throw', async (t) => {
  const sealed = key.seal(purpose, context, text)
  const bytes = Buffer.from(sealed.slice(2), 'base64url').length
  checkRejected(
    t,
    'truncated at the end',
    Array.from({ length: sealed.length }, (_, length) => sealed.slice(0, length)),
  )
  checkRejected(
    t,
    'truncated at the beginning',
    Array.from({ length: bytes }, (_, length) => changed(sealed, (bytes) => bytes.subarray(length + 1))),
  )
  checkRejected(t, 'an extra byte', [changed(sealed, (bytes) => Buffer.concat([bytes, Buffer.alloc(1)]))])
})

t.test('a text that was never encrypted does not decrypt, and does not throw', async (t) => {
  const [version, body] = key.seal(purpose, context, text).split('.')
  checkRejected(t, 'other texts', [
    '',
    '1',
    '1.',
    '.',
    '1..',
    '1.A',
    '2.',
    'null',
    '{}',
    '\0',
    '😀'.repeat(40),
    'x'.repeat(200),
    `1.${'A'.repeat(200)}`,
    '-----BEGIN PRIVATE KEY-----',
  ])
  checkRejected(t, 'an invalid format', [
    `${body}`,
    `2.${body}`,
    `xx${body}`,
    ` ${version}.${body}`,
    `1${version}.${body}`,
    `.${version}.${body}`,
  ])
})

function checkRejected(t: Test, what: string, texts: string[]) {
  const wrong = texts
    .map((sealed) => {
      try {
        return { sealed, result: key.open(purpose, context, sealed) }
      } catch (error) {
        return { sealed, result: `threw ${error}` }
      }
    })
    .filter(({ result }) => result !== undefined)
  t.strictSame(wrong, [], what)
}
