import t, { type Test } from 'tap'
import { secretFor } from '../support/build.ts'
import { createMasterKey } from '../../src/keys/master-key.ts'

const purpose = 'signing keys'
const context = 'key 1'
const text = 'what is kept — and of more than one block, with letters like é and 😀, so that it is worth keeping'
const key = createMasterKey(secretFor('master key'))

/** The bytes of what was sealed, changed. */
function altered(sealed: string, change: (bytes: Buffer) => Buffer) {
  return `1.${change(Buffer.from(sealed.slice('1.'.length), 'base64url')).toString('base64url')}`
}

t.test('what was sealed opens under the same key, purpose and context', async (t) => {
  for (const secret of [text, '', '\0', 'x'.repeat(100_000)]) {
    t.equal(key.open(purpose, context, key.seal(purpose, context, secret)), secret)
  }
  const same = createMasterKey(secretFor('master key'))
  t.equal(same.open(purpose, context, key.seal(purpose, context, text)), text, 'after a restart')
})

t.test('what is sealed twice looks different each time, and shows nothing of the text', async (t) => {
  const sealed = Array.from({ length: 100 }, () => key.seal(purpose, context, text))
  t.equal(new Set(sealed).size, sealed.length)
  t.equal(new Set(sealed.map((one) => one.slice(0, 18))).size, sealed.length, 'no nonce comes twice')
  for (const one of sealed) {
    t.match(one, /^1\.[\w-]+$/)
    t.notMatch(Buffer.from(one.slice(2), 'base64url').toString('latin1'), 'what is kept')
  }
})

t.test('it opens under no other key, purpose or context', async (t) => {
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

t.test('where a purpose ends and a context begins is not open to doubt', async (t) => {
  t.equal(key.open('ab', 'c', key.seal('a', 'bc', text)), undefined)
  t.equal(key.open('a', 'bc', key.seal('ab', 'c', text)), undefined)
})

t.test('with one bit changed, anywhere, it does not open', async (t) => {
  const sealed = key.seal(purpose, context, text)
  const length = Buffer.from(sealed.slice(2), 'base64url').length
  for (let index = 0; index < length; index++) {
    const opened = key.open(
      purpose,
      context,
      altered(sealed, (bytes) => {
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
      altered(sealed, (bytes) => bytes),
    ),
    text,
    'with none, it does',
  )
})

t.test('cut anywhere, or grown, it does not open, and nothing is thrown', async (t) => {
  const sealed = key.seal(purpose, context, text)
  const bytes = Buffer.from(sealed.slice(2), 'base64url').length
  neverOpens(
    t,
    'cut at its end',
    Array.from({ length: sealed.length }, (_, length) => sealed.slice(0, length)),
  )
  neverOpens(
    t,
    'cut at its beginning',
    Array.from({ length: bytes }, (_, length) => altered(sealed, (bytes) => bytes.subarray(length + 1))),
  )
  neverOpens(t, 'a byte more', [altered(sealed, (bytes) => Buffer.concat([bytes, Buffer.alloc(1)]))])
})

t.test('what was never sealed does not open, and nothing is thrown', async (t) => {
  const [version, body] = key.seal(purpose, context, text).split('.')
  neverOpens(t, 'other texts', [
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
  neverOpens(t, 'a form that is not ours', [
    `${body}`,
    `2.${body}`,
    `xx${body}`,
    ` ${version}.${body}`,
    `1${version}.${body}`,
    `.${version}.${body}`,
  ])
})

function neverOpens(t: Test, what: string, texts: string[]) {
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
