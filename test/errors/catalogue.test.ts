import t from 'tap'
import { errorCatalogue } from '../../src/errors/catalogue.ts'

t.test('every detail can be an error_description (RFC 6749 5.2): ASCII without quotes and backslashes', async (t) => {
  for (const [code, { detail = '' }] of Object.entries<{ status: number; detail?: string }>(errorCatalogue)) {
    t.match(detail, /^[\x20-\x21\x23-\x5b\x5d-\x7e]*$/, code)
  }
})
