import { createHash } from 'node:crypto'

/** The SHA-256 of the script that `unusedParts` fits. */
const knownScript = 'P2q_cEgNt-B5FN9MmKdzhfIupYXq9Fej5kFboOri0Wc'

/** Parts of Swagger UI's script that the page does not need: each from a text up to another, and its replacement. */
const unusedParts = [
  // The resolver of OpenAPI 3.2: the document is in 3.1.
  { from: 'const Fx=class elements_Callback_', upTo: ',makeResolve=', replacement: 'const SC={match:()=>false}' },
  { from: 'var be={};__webpack_require__.r(be),', upTo: 'var Se={};', replacement: '' },
  // Makes links of bare URLs and e-mail addresses in Markdown: the document has none, and a test keeps it so.
  {
    from: 'function indexOf(s,o){if(Array.prototype.indexOf)',
    upTo: 'function _OverloadYield(',
    replacement: 'function linkify(){}',
  },
  // The streams of Node.js: the writer of XML has an option for them that Swagger UI does not use.
  { from: '86048(s){', upTo: '40345(s,o,i){', replacement: '' },
  { from: '88310(s,o,i){', upTo: '83141(s,o,i){', replacement: '88310(){},' },
]

/**
 * Removes the parts of Swagger UI's script that the page does not need, 11 % of the compressed script. The script of
 * another version is left as it is; `docs/internals/benchmarks.md` says what to do after an update.
 */
export function withoutUnusedParts(script: string): string {
  if (createHash('sha256').update(script).digest('base64url') !== knownScript) return script
  const shortened = unusedParts.reduce((text, { from, upTo, replacement }) => {
    const start = text.indexOf(from)
    return text.slice(0, start) + replacement + text.slice(text.indexOf(upTo, start))
  }, script)
  return `/* Swagger UI, without parts that this page does not need. */\n${shortened}`
}

/**
 * Removes the rules of Swagger UI's stylesheet that it does not use. It brings the utility classes of Tachyons; their
 * variants for large (`-l`), medium (`-m`) and not small (`-ns`) screens and their colors (`.bg-`, `.b--`, `.hover-`)
 * are more than a quarter of the compressed stylesheet.
 */
export function withoutUnusedRules(stylesheet: string): string {
  return stylesheet
    .replaceAll(/([^{}]+)\{[^{}]*\}/g, (rule, selector) => (unusedSelector.test(selector) ? '' : rule))
    .replaceAll(/@media[^{}]+\{\}/g, '')
}

const unusedSelector = /-(?:ns|m|l)$|\.(?:bg-|b--|hover-)/
