import { readdirSync, readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { filesIn } from './files-in.ts'

/** Phrases that a native speaker would not write, and what the project writes instead. */
const bannedPhrases: [phrase: RegExp, instead: string][] = [
  [
    /(?<![\p{L}\p{N},`)] )\bwho (has|have|had|holds?|gets?|asks?|dies|did|does|knows?|signs?)\b(?! [^?]*\?)/u,
    'name the user, caller or client',
  ],
  [
    // Not usernames of tests, such as 'nobody', `nobody ${n}` and nobody@example.com.
    /(?<!\/)\b(whoever|somebody|nobody)\b(?![@'"`/.=&]|\w|\$\{| \$\{)/u,
    'name the user, caller, operator or attacker, or write "no user"',
  ],
  [/\banew\b/u, 'again, or recreate, rehash, rewrite'],
  // Not the field of JSON output.
  [/\bformer\b(?!:)/u, 'previous'],
  [/\b(not|nor) any ?more\b/u, 'no longer, or expired, ended, revoked'],
  [/\b(is|are|was|were|be) over\b/u, 'has ended, has expired'],
  [/\bwhat (is|was) (over|missing|left)\b/u, 'name it: expired rows, the missing fields'],
  [/\bclosed to strangers\b/u, 'locked on new devices'],
  [/\bis one that can be\b/u, 'is valid'],
  [/\bso (many|long|much) \p{L}+( \p{L}+){0,6} at most\b/u, 'at most N'],
  [/\b(may|can) be so (many|long|much)\b/u, 'at most N'],
  [/\bjust now\b/u, 'at the moment'],
  [/\b(not|isn’t|isn't) (be )?taken\b(?! (by|from|for|into|as|out))/u, 'rejected'],
  [
    /\ba mail\b(?! (server|scanner|program|client|provider|system|relay|host|domain|delivery|template|link)s?\b)/u,
    'an e-mail, a message',
  ],
  [/(?<!-)\bmails? (is|are|was|were) sent\b/u, 'e-mail, message'],
  [/\bnot valid\b/u, 'invalid'],
  [/\b(a|the|this|that|each|every|one|another) try\b/u, 'attempt'],
  [/(?<!['`/])\bmembers?\b(?!['`])/u, 'field of an object, property'],
  [/(?<!['`-][\p{L}\x20]*)\bshut(?!( |-)?down)\b/u, 'locked, closed'],
  [/\bput(s|ting)? to sleep\b/u, 'waits'],
  [/(?<!\bthat is), that (is|are|was|were|has|have|can|may|must|does)\b(?!,)/u, 'no comma before a restrictive "that"'],
  [/, too[.)]/u, 'also'],
  [/\bnothing was done\b/u, 'say what went wrong'],
  [/\b(it|which|that) holds (no|not|any)\b/u, 'is invalid, contains no'],
  [/\bfor which there is\b/u, 'that has'],
  [/\bgives? way\b/u, 'is ended, is removed'],
  [/\bsees? to\b/u, 'manages, handles'],
  [/\blog(ged|s|ging)?( |-)in\b/u, 'sign in'],
  [/\/\*\*\s+(Of|The same|So many|So long|By|As)\b/u, 'a comment that says why, or a better name'],
  [/(?<=\n\s*)\/\/ (Of|The same|So many|So long|By|As)\b/u, 'a comment that says why, or a better name'],
]

/** Files that quote banned phrases, and migrations, which are never changed. */
const quoting = ['scripts/check-words.ts', 'test/words.test.ts', 'src/store/migrations.ts']

/** Separates two words of a sentence in source code, where a comment or a string may go on in the next line. */
const gap = String.raw`(?:[\s'"\x60+*]|//)+`
const patterns = bannedPhrases.map(([phrase, instead]) => ({
  pattern: new RegExp(phrase.source.replaceAll(' ', gap), 'giu'),
  instead,
}))

/** @returns a line for each banned phrase in a text: where it is, what it says, what to write instead */
export function findBannedPhrases(text: string, file: string) {
  return patterns.flatMap(({ pattern, instead }) =>
    Array.from(text.matchAll(pattern), ({ 0: phrase, index }) => {
      const line = text.slice(0, index).split('\n').length
      return `${file}:${line}  "${phrase.replace(/\s+/g, ' ')}": ${instead}`
    }),
  )
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const folders = ['docs', 'src', 'plugins', 'routes', 'test', 'bench', 'scripts']
  const files = [...readdirSync('.'), ...folders.flatMap(filesIn)].filter(
    (file) => /\.(md|ts)$/.test(file) && !quoting.includes(file),
  )
  const found = files.flatMap((file) => findBannedPhrases(readFileSync(file, 'utf8'), file))
  for (const line of found.sort()) console.error(line)
  process.exitCode = found.length === 0 ? 0 : 1
}
