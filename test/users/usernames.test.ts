import t from 'tap'
import { acceptUsername } from '../../src/users/usernames.ts'
import { fold } from '../../src/lib/fold.ts'
import { withEnds } from '../support/spellings.ts'

/*
 * The fold is stored with every account. Changing a line of this table would require changing every row of every
 * database, so change the code instead.
 */
const folds: Array<[name: string, folded: string, why: string]> = [
  ['ada', 'ada', 'unchanged'],
  ['ADA', 'ada', 'case'],
  ['Ada.Love_Lace-1+2 x', 'ada.love_lace-1+2 x', 'characters other than letters stay'],
  ['Ａｄａ１２', 'ada12', 'full width'],
  ['𝒜𝖉ａ', 'ada', 'mathematical letters'],
  ['Ⓐⓓⓐ', 'ada', 'circled letters'],
  ['x²', 'x2', 'superscript'],
  ['Ⅷ', 'viii', 'a roman number'],
  ['K', 'k', 'the Kelvin sign'],
  ['Å', 'å', 'the Ångström sign'],
  ['µ', 'μ', 'the micro sign'],
  ['ada\u00a0b', 'ada b', 'a no-break space'],
  ['Jose\u0301', 'josé', 'decomposed'],
  ['JOSÉ', 'josé', 'composed, in capitals'],
  ['A\u0323\u0307', 'ạ\u0307', 'marks in their order'],
  ['A\u0307\u0323', 'ạ\u0307', 'marks in another order'],
  ['ﬁona', 'fiona', 'a ligature'],
  ['ﬀﬃ', 'ffffi', 'ligatures'],
  ['ﬅ', 'st', 'a ligature with the long s'],
  ['ſ', 's', 'the long s'],
  ['ŉ', 'ʼn', 'n after an apostrophe'],
  ['Ǆ', 'dž', 'a digraph in capitals'],
  ['ǅ', 'dž', 'a digraph in title case'],
  ['ǰ', 'ǰ', 'a letter whose capital is two characters'],
  ['J\u030c', 'ǰ', 'a capital of two characters'],
  ['Straße', 'strasse', 'sharp s in lower case'],
  ['STRASSE', 'strasse', 'sharp s in capitals'],
  ['strasse', 'strasse', 'ss instead of sharp s'],
  ['STRAẞE', 'strasse', 'the capital sharp s'],
  ['I', 'i', 'capital I'],
  ['ı', 'i', 'Turkish dotless i: its capital is I'],
  ['İ', 'i\u0307', 'Turkish dotted I: not i'],
  ['i\u0307', 'i\u0307', 'i with another dot'],
  ['Σίσυφος', 'σίσυφος', 'sigma at the end'],
  ['ΣΊΣΥΦΟΣ', 'σίσυφος', 'sigma in capitals'],
  ['σίσυφοσ', 'σίσυφος', 'sigma without the final form'],
  ['ᾳ', 'αι', 'iota below'],
  ['ΑΙ', 'αι', 'iota beside'],
  ['ΐ', 'ΐ', 'three marks in one letter'],
  ['և', 'եւ', 'an Armenian ligature'],
  ['ԵՒ', 'եւ', 'an Armenian ligature in capitals'],
  ['ЁЛКА', 'ёлка', 'Cyrillic'],
  ['Ა', 'ა', 'a Georgian capital'],
  ['Ꭰ', 'ꭰ', 'Cherokee'],
  ['𐐀', '𐐨', 'Deseret, beyond 16 bits'],
  ['ﾊﾟ', 'パ', 'half-width kana'],
  ['각', '각', 'decomposed Hangul'],
  ['\ufdfa', 'صلى الله عليه وسلم', 'one character for four words'],
  ['аdа', 'аdа', 'similar letters of another script stay distinct'],
]

for (const [name, folded, why] of folds) {
  t.test(`the fold is frozen: ${why}`, async (t) => {
    t.equal(fold(name), folded)
    t.equal(fold(name.normalize('NFD')), folded, 'decomposed')
    t.equal(fold(name.normalize('NFC')), folded, 'composed')
  })
}

t.test('a name folds the same in every spelling', async (t) => {
  for (const [name] of folds) {
    for (const spelling of [name.toUpperCase(), name.toLowerCase(), fold(name)]) {
      t.equal(fold(spelling), fold(name), spelling)
    }
  }
})

const accepted: Array<[script: string, typed: string]> = [
  ['Latin', 'Ångström'],
  ['Greek', 'Αριστοτέλης'],
  ['Cyrillic', 'Ольга'],
  ['Armenian', 'Անահիտ'],
  ['Georgian', 'თამარი'],
  ['Hebrew', 'נועה'],
  ['Hebrew with points', 'שָׂרָה'],
  ['Arabic', 'عمر'],
  ['Arabic with marks', 'مُحَمَّد'],
  ['Devanagari', 'मीरा'],
  ['Bengali', 'রবীন্দ্রনাথ'],
  ['Tamil', 'கமலா'],
  ['Thai', 'สมชาย'],
  ['Khmer', 'សុខា'],
  ['Ethiopic', 'አበበ'],
  ['Han', '孔子'],
  ['Han beyond 16 bits', '𠮷野'],
  ['Kana', 'さくらサクラ'],
  ['Hangul', '세종대왕'],
  ['Cherokee', 'ᏍᏏᏉᏯ'],
  ['Arabic digits', '١٢٣'],
  ['digits', '007'],
  ['every sign', 'a.b_c-d+e f'],
  ['signs alone', '._-+'],
  ['a word that programs know', '__proto__'],
  ['64 letters', 'é'.repeat(64)],
  ['64 letters beyond 16 bits', '𐐀'.repeat(64)],
  ['64 letters, decomposed', 'e\u0301'.repeat(64)],
]

t.test('a username may be in any script and is kept as typed except for NFKC', async (t) => {
  for (const [script, typed] of accepted) t.equal(acceptUsername(typed), typed.normalize('NFKC'), script)
  t.equal(acceptUsername('Ａｄａ'), 'Ada', 'case is kept')
  t.equal(acceptUsername('ada\u3000b'), 'ada b', 'a wide space')
  for (const typed of withEnds('ada')) t.equal(acceptUsername(typed), 'ada', 'ends are trimmed (A1)')
})

const invalidUsernames: Array<[why: string, typed: string]> = [
  ['an empty text', ''],
  ['a space', ' '],
  ['two spaces', 'a  b'],
  ['two spaces after NFKC', 'a\u00a0 b'],
  ['65 letters', 'é'.repeat(65)],
  ['more than 64 after NFKC', 'ﬃ'.repeat(22)],
  ['an at sign', 'ada@example'],
  ['a wide at sign', 'ada＠example'],
  ['a slash', 'a/b'],
  ['a colon', 'a:b'],
  ['a comma', 'a,b'],
  ['quotes', 'a"b'],
  ['an apostrophe', "o'brien"],
  ['a percent sign', 'a%b'],
  ['a tab', 'a\tb'],
  ['a newline', 'a\nb'],
  ['NUL', 'a\u0000b'],
  ['escape', 'a\u001bb'],
  ['a lone surrogate', 'a\ud800'],
  ['the replacement character', 'a\ufffd'],
  ['a noncharacter', 'a\uffff'],
  ['a private-use character', 'a\ue000'],
  ['an emoji', '👩'],
  ['a flag', '🇬🇷'],
  ['a blank Braille pattern', '\u2800'],
  ['a zero-width space', 'a\u200bb'],
  ['a zero-width joiner', 'a\u200db'],
  ['a soft hyphen', 'a\u00adb'],
  ['a right-to-left override', 'a\u202eb'],
  ['a combining mark without a base', '\u0301a'],
  // RFC 8264 9.13: these are invisible and would make one name look like another.
  ['a Hangul filler', '\u3164'],
  ['a Hangul filler within', 'a\u115fb'],
  ['a variation selector', 'ad\ufe0fa'],
  ['a variation selector for ideographs', '葛\u{e0100}城'],
  ['a combining grapheme joiner', 'ad\u034fa'],
]

for (const [why, typed] of invalidUsernames) {
  t.test(`a username is rejected: ${why}`, async (t) => {
    t.throws(() => acceptUsername(typed), {
      name: 'ApiError',
      statusCode: 400,
      code: 'invalid_request',
      errors: [{ path: '/username', message: /\w/ }],
    })
  })
}
