import type { TSchema } from '@sinclair/typebox'
import { describeAllowed, environmentName, Settings } from '../../src/config/index.ts'
import { pageOf, tableOf } from './markdown.ts'

/** The first setting of each subject, with the heading of the subject. */
const subjects = new Map([
  ['host', 'Address and storage'],
  ['masterKey', 'Secrets'],
  ['algorithm', 'Tokens and sessions'],
  ['signup', 'Registration and passwords'],
  ['signInAttempts', 'Limits for attempts'],
  ['requireVerifiedEmail', 'E-mail and pages'],
  ['eventsKeepDays', 'Audit log'],
  ['docs', 'HTTP, logging and metrics'],
])

const settings = Object.entries<TSchema>(Settings.properties).map(([name, schema]) => ({
  name,
  variable: environmentName(name),
  schema,
  fallback: typeof schema.fallback === 'string' ? schema.fallback : `\`${toText(schema.default)}\``,
}))

/** Makes `.env.example`. */
export function environmentExample(): string {
  const entries = settings.map(({ variable, schema, fallback }) =>
    [
      comment(schema.description ?? ''),
      comment(`Allowed: ${describeAllowed(schema)}`),
      schema.default === undefined || schema.fallback !== undefined
        ? `${comment(`Default: ${fallback}`)}\n#${variable}=`
        : `#${variable}=${quoted(toText(schema.default))}`,
    ].join('\n'),
  )
  const heading = comment(
    'Copy this file to .env, and remove the # from each setting that you change. Environment variables override .env.',
  )
  return `${[heading, ...entries].join('\n\n')}\n`
}

/** Text as comment lines of at most 100 characters. */
function comment(text: string) {
  return text
    .replaceAll('`', '')
    .replace(/(.{1,98})( +|$)/g, '# $1\n')
    .trimEnd()
}

/** Makes `docs/reference/configuration.md`. */
export function configurationPage(): string {
  return pageOf('Configuration', '`src/config/settings.ts`', [
    'Settings are environment variables. Latchkey also reads the file `.env` in the working directory. Environment ' +
      'variables override it, and empty ones count as unset. [.env.example](../../.env.example) lists all settings.',
    'Write `.env` in UTF-8. Put a value in quotes if it contains `#` or a quote, or starts or ends with white space. ' +
      'Latchkey does not start with an invalid setting, and reports all of them together.',
    'Options of the [Fastify plugin](../guides/fastify-plugin.md) are the same settings in camel case: ' +
      '`ACCESS_TOKEN_EXPIRE_MINUTES` is `accessTokenExpireMinutes`. Settings marked *service only* are not options ' +
      'of the plugin.',
    ...bySubject().flatMap(([subject, entries]) => [
      `## ${subject}`,
      tableOf(
        ['setting', 'default', 'allowed', 'description'],
        entries.map(({ variable, fallback, schema }) => [
          `\`${variable}\``,
          fallback,
          describeAllowed(schema),
          `${schema.description}${schema.service === true ? ' *Service only.*' : ''}`,
        ]),
      ),
    ]),
  ])
}

function bySubject() {
  const sections: [subject: string, entries: typeof settings][] = []
  for (const setting of settings) {
    const subject = subjects.get(setting.name)
    if (subject !== undefined) sections.push([subject, []])
    sections.at(-1)?.[1].push(setting)
  }
  if (sections.length !== subjects.size) throw new Error('A subject begins with a setting that does not exist.')
  return sections
}

function toText(value: unknown) {
  return typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value)
}

/** Quotes a value for `.env`, where `#` begins a comment. */
function quoted(text: string) {
  return text.includes('#') ? `"${text}"` : text
}
