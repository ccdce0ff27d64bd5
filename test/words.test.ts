import t from 'tap'
import { findBannedPhrases } from '../scripts/check-words.ts'

t.test('banned phrases are found in Markdown, strings and comments, also across lines', async (t) => {
  for (const text of [
    'Whoever has the link can use it.',
    "const detail = 'The link is not valid, or not any more.'",
    "const detail =\n  'The link is not ' +\n  'valid.'",
    '/**\n * The session is\n * over.\n */',
    '// The caller is not\n  // taken.',
    "t.test('nobody sees the code', () => {})",
    '/** So many sessions a user has at most. */',
  ]) {
    t.not(findBannedPhrases(text, 'x.ts').length, 0, text)
  }
})

t.test('plain English passes', async (t) => {
  const text = `
# Users who have no e-mail address
The mail server is shut down. A password taken from a list is rejected.
const accounts = ['nobody', 'nobody@example.com'] // the same for both`
  t.strictSame(findBannedPhrases(text, 'x.md'), [])
})
