import { isIP } from 'node:net'
import { type SchemaOptions, type Static, Type } from '@sinclair/typebox'
import { isPostgresUrl } from '../lib/postgres-url.ts'

const loopback = String.raw`(localhost|127(\.\d{1,3}){3}|\[::1\])`

/*
 * One schema is the validator, the type, the table in docs/reference/configuration.md and `.env.example`.
 * Beside JSON Schema's own words each setting may carry:
 *   allowed   what a person may write, where the schema's words do not say it well enough
 *   check     a test that JSON Schema has no word for
 *   secret    never printed
 *   service   belongs to the service; not an option of the plugin
 *   algorithm the only `ALGORITHM` with which it has an effect
 *   fallback  the default in words, where it is derived
 */
export const Settings = Type.Object({
  host: Type.String({
    default: '127.0.0.1',
    minLength: 1,
    service: true,
    description: 'The address to listen on; `0.0.0.0` for all.',
    allowed: 'an address or a host name',
  }),
  port: Type.Integer({
    default: 3000,
    minimum: 0,
    maximum: 65535,
    service: true,
    description: 'The port to listen on; 0 takes a free one.',
  }),
  prefix: Type.String({
    default: '/auth',
    pattern: '^(/(?!\\.{1,2}(/|$))[A-Za-z0-9._~-]+)+$',
    description: 'The path under which the API stands. Required of the plugin.',
    allowed: 'a path that begins with `/` and does not end with one',
  }),
  publicUrl: Type.Optional(
    Type.String({
      pattern: `^(https://[^/?#@\\s]+|http://${loopback}(:\\d{1,5})?)$`,
      check: isOrigin,
      fallback: '`http://localhost:PORT`, `https` with TLS',
      description: 'The origin that clients see. Token issuers and links are made from it, never from a Host header.',
      allowed:
        'an origin such as `https://api.example.com`: in lower case, without a path or the usual ' +
        'port; https except on loopback',
    }),
  ),
  dataDir: Type.String({
    default: './data',
    minLength: 1,
    description: 'The folder of the database and of the secrets that are made at first start.',
    allowed: 'a folder',
  }),
  databaseUrl: Type.Optional(
    Type.String({
      pattern: '^(:memory:|file:.+|postgres(ql)?://.+)$',
      check: (url: string) => !url.startsWith('postgres') || isPostgresUrl(url),
      secret: true,
      fallback: '`file:DATA_DIR/latchkey.db`',
      description:
        'Where accounts live. TLS to PostgreSQL is verified unless it is on this machine or the URL says ' +
        '`sslmode=disable`.',
      allowed:
        '`file:PATH` (SQLite), `:memory:`, `postgres://…` (in the password, write `/` as `%2F`, `?` as `%3F`, ' +
        '`#` as `%23` and `@` as `%40`)',
    }),
  ),
  masterKey: Type.Optional(
    Type.String({
      check: isStrongSecret,
      secret: true,
      fallback: 'made at first start; required with PostgreSQL',
      description:
        'The secret from which the keys are derived that encrypt signing keys and mails in the ' +
        'database and authenticate refresh tokens.',
      allowed: 'at least 32 bytes that nobody has published',
    }),
  ),
  masterKeyPrevious: formerSecrets(
    'Former values of `MASTER_KEY`: what was made with them still holds, and is rewritten.',
  ),
  secretKey: Type.Optional(
    Type.String({
      check: isStrongSecret,
      secret: true,
      algorithm: 'HS256',
      fallback: 'made at first start with `HS256`; required then with PostgreSQL',
      description: 'The key that signs tokens when `ALGORITHM` is `HS256`; otherwise unused.',
      allowed: 'at least 32 bytes that nobody has published',
    }),
  ),
  secretKeyPrevious: formerSecrets('Former values of `SECRET_KEY`: tokens that they signed still hold.', {
    algorithm: 'HS256',
  }),
  algorithm: oneOf(['ES256', 'EdDSA', 'PS256', 'RS256', 'HS256'], {
    default: 'ES256',
    description: 'The algorithm that signs access tokens. `RS256` is for verifiers that know no other.',
  }),
  accessTokenExpireMinutes: Type.Integer({
    default: 15,
    minimum: 1,
    maximum: 1440,
    description: 'How long an access token lives.',
  }),
  sessionIdleDays: Type.Integer({
    default: 14,
    minimum: 1,
    maximum: 365,
    description: 'How long a session lives without being used.',
  }),
  sessionMaxDays: Type.Integer({
    default: 30,
    minimum: 1,
    maximum: 3650,
    description: 'How long a session lives at most.',
  }),
  refreshReuseSeconds: Type.Integer({
    default: 30,
    minimum: 0,
    maximum: 60,
    description:
      'How long a refresh token that has been used answers once more with the same successor, for ' +
      'clients that lost the answer. Used again after that, it ends its session, except for a late retry from the ' +
      "session's device (24 hours) or network (10 minutes). With 0, no used token is accepted.",
  }),
  keyRotationDays: Type.Integer({
    default: 90,
    minimum: 1,
    maximum: 3650,
    description: 'How long a key signs before the next one takes over by itself.',
  }),
  audience: Type.Array(Type.String({ pattern: '^[^\\s,]+$' }), {
    default: [],
    fallback: 'the issuer',
    description: 'The services that access tokens are for (`aud`); the issuer is always among them.',
    allowed: 'a list, separated by commas',
  }),
  signup: oneOf(['open', 'closed'], { default: 'open', description: 'Whether people can register by themselves.' }),
  usernames: oneOf(['required', 'optional'], {
    default: 'required',
    description:
      'Whether every account has a username. With `optional`, an e-mail address is enough: the user signs in with ' +
      'the address once it is verified.',
  }),
  passwordMinLength: Type.Integer({
    default: 8,
    minimum: 8,
    maximum: 64,
    description:
      'The shortest password that can be chosen, in characters; NIST SP 800-63B-4 asks for 15 where ' +
      'the password is the only factor.',
  }),
  argon2MemoryKib: Type.Integer({
    default: 19456,
    minimum: 7168,
    maximum: 1048576,
    description: 'Memory of one password hash (argon2id), in KiB.',
  }),
  argon2Time: Type.Integer({ default: 2, minimum: 1, maximum: 100, description: 'Passes of one password hash.' }),
  argon2Parallelism: Type.Integer({ default: 1, minimum: 1, maximum: 16, description: 'Lanes of one password hash.' }),
  hashConcurrency: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 256,
      fallback: 'the number of cores, at most 3',
      description:
        'Password hashes that are computed at a time; each takes a core and `ARGON2_MEMORY_KIB`. ' +
        'Give it where a container has fewer cores than its machine; for more than 3 also set ' +
        '`UV_THREADPOOL_SIZE` to two more, in the environment.',
    }),
  ),
  hashQueueMs: Type.Integer({
    default: 1000,
    minimum: 0,
    maximum: 60_000,
    description:
      'How long a sign-in may be expected to wait for its turn, in milliseconds; beyond that it is ' +
      'refused at once (503). Half of it is kept for people who have signed in from there before.',
  }),
  signInAttempts: Type.Integer({
    default: 5,
    minimum: 1,
    maximum: 100,
    description:
      'Wrong passwords for one name from one network that are free. Then there is a pause before ' +
      'each, of a second at first, doubling to a quarter of an hour.',
  }),
  signInFailuresPerHour: Type.Integer({
    default: 100,
    minimum: 1,
    maximum: 1_000_000,
    description: 'Wrong passwords from one network in an hour, for whatever names.',
  }),
  accountFailures: Type.Integer({
    default: 100,
    minimum: 5,
    maximum: 100,
    description:
      'Wrong passwords in a row after which an account takes none from where it is not known, until ' +
      'a reset or an unlock. NIST SP 800-63B-4 allows at most 100.',
  }),
  registrationsPerHour: Type.Integer({
    default: 60,
    minimum: 1,
    maximum: 1_000_000,
    description: 'Registrations from one network in an hour.',
  }),
  mailRequestsPerHour: Type.Integer({
    default: 60,
    minimum: 1,
    maximum: 1_000_000,
    description: 'Requests for a reset or verification mail from one network in an hour.',
  }),
  requireVerifiedEmail: Type.Boolean({
    default: false,
    description: 'Whether people can sign in only once their e-mail address is verified; then they have to give one.',
  }),
  smtpUrl: Type.Optional(
    Type.String({
      // Without a query, in which nodemailer would take options that turn TLS off.
      pattern: '^smtps?://[^/?#\\s]+/?$',
      check: isMailServer,
      secret: true,
      fallback: 'none: mails are files in `DATA_DIR/mail`',
      description:
        'The server that sends mails; goes with `MAIL_FROM`. TLS is demanded and verified unless it ' +
        'is on loopback: from the start with `smtps`, by STARTTLS with `smtp`.',
      allowed:
        '`smtps://USER:PASSWORD@HOST` or `smtp://USER:PASSWORD@HOST:PORT`; what is special in a URL is percent-encoded',
    }),
  ),
  mailFrom: Type.Optional(
    Type.String({
      pattern: '^([^<>"\\r\\n]+ <[^<>@\\s,]+@[^<>@\\s,]+>|[^<>@\\s,]+@[^<>@\\s,]+)$',
      fallback: '`no-reply@` and the host of `PUBLIC_URL`; required with `SMTP_URL`',
      description: 'Whom mails come from; an address alone gets the name of the product.',
      allowed: '`accounts@example.com` or `Example <accounts@example.com>`',
    }),
  ),
  mailTemplates: Type.Optional(
    Type.String({
      minLength: 1,
      fallback: 'none: the built-in texts',
      description: 'The folder of your own texts of mails; see docs/guides/mail-templates.md.',
      allowed: 'a folder',
    }),
  ),
  productName: Type.String({
    default: 'Latchkey',
    minLength: 1,
    maxLength: 64,
    pattern: '^(?! *$)[^<>"\\u0000-\\u001f\\u007f]+$',
    description: 'What mails and pages call the product that people sign in to.',
    allowed: '1 to 64 characters, none of which is < > or "',
  }),
  productColor: Type.String({
    default: '#2f6f4f',
    pattern: '^#[0-9a-fA-F]{6}$',
    description: 'The colour of buttons in mails and pages; the text on them is white, or black on a light one.',
    allowed: 'a colour such as `#2f6f4f`, in quotes where it stands in `.env`',
  }),
  appUrl: Type.Optional(
    Type.String({
      maxLength: 2048,
      check: isAppUrl,
      fallback: 'none: the pages link to `/docs` if it is served',
      description:
        'The URL of your app. The pages behind mailed links link to it at their end, and where a link has expired.',
      allowed:
        'a URL such as `https://app.example.com/welcome` (https except on loopback), or one that opens a mobile app, ' +
        'such as `myapp://done`; write a comma as `%2C`',
    }),
  ),
  redirectUrls: Type.Array(Type.String({ maxLength: 2048, check: isAppUrl }), {
    default: [],
    fallback: 'none',
    description:
      'URLs that a request may name as `redirect_to`, byte for byte. The page at the end then links there instead of ' +
      'to `APP_URL`.',
    allowed: 'a list of URLs such as those for `APP_URL`, separated by commas',
  }),
  eventsKeepDays: Type.Integer({
    default: 365,
    minimum: 1,
    maximum: 3650,
    description: 'How long an event stays in the audit log.',
  }),
  docs: Type.Boolean({ default: true, service: true, description: 'Whether `/docs` and `/openapi.json` are served.' }),
  corsOrigins: Type.Array(Type.String({ pattern: '^[a-z][a-z0-9+.-]*://[^/?#@\\s,*]+$', check: isWebOrigin }), {
    default: [],
    service: true,
    fallback: 'none',
    description: 'The origins whose pages may call the API: web apps, hybrid apps, browser extensions.',
    allowed:
      'origins such as `https://app.example.com` or `capacitor://localhost`, as browsers send them: in lower case, ' +
      'without a path or the usual port; separated by commas',
  }),
  hstsIncludeSubdomains: Type.Boolean({
    default: false,
    service: true,
    description:
      'Whether HSTS also covers every subdomain of the host of `PUBLIC_URL` (`includeSubDomains`). Browsers remember ' +
      'it for a year.',
  }),
  clearSiteData: Type.Optional(
    oneOf(['off', 'cache', 'storage'], {
      fallback: '`cache`; in a host `off`',
      description:
        'The data of this origin that browsers delete at sign-out (`Clear-Site-Data`): none, cached pages, or also ' +
        'everything that apps on the origin have stored.',
    }),
  ),
  trustProxy: Type.Array(Type.String({ check: isHopsOrNetwork }), {
    default: [],
    service: true,
    fallback: 'none',
    check: (list: string[]) => list.length < 2 || !list.some(isHops),
    description: 'Whose `X-Forwarded-*` headers are believed.',
    allowed: 'a number of hops from 1 to 9, or addresses and networks such as `10.0.0.0/8`, separated by commas',
  }),
  keepAliveTimeoutSeconds: Type.Integer({
    default: 72,
    minimum: 1,
    maximum: 86_400,
    service: true,
    description:
      'How long an idle connection stays open for the next request. It must exceed the idle timeout of a load ' +
      'balancer, which otherwise answers some requests with 502.',
  }),
  requestTimeoutSeconds: Type.Integer({
    default: 30,
    minimum: 1,
    maximum: 3600,
    service: true,
    description: 'How long a request may take to arrive.',
  }),
  tlsCert: Type.Optional(
    Type.String({
      minLength: 1,
      service: true,
      fallback: 'none',
      description: 'The certificate chain (PEM) to serve HTTPS with; goes with `TLS_KEY`.',
      allowed: 'a file',
    }),
  ),
  tlsKey: Type.Optional(
    Type.String({
      minLength: 1,
      service: true,
      fallback: 'none',
      description: 'The private key (PEM) of that certificate.',
      allowed: 'a file',
    }),
  ),
  logLevel: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'silent'], {
    default: 'info',
    service: true,
    description: 'The least severe log line that is written.',
  }),
})

export type Settings = Static<typeof Settings>

function oneOf<const Word extends string>(words: readonly Word[], options: SchemaOptions) {
  return Type.Unsafe<Word>(
    Type.Union(
      words.map((word) => Type.Literal(word)),
      options,
    ),
  )
}

function formerSecrets(description: string, options: SchemaOptions = {}) {
  return Type.Array(Type.String({ check: isStrongSecret }), {
    default: [],
    secret: true,
    fallback: 'none',
    description,
    allowed: 'secrets that were in use, none of which holds a comma; separated by commas',
    ...options,
  })
}

/** A command that prints a good secret. */
export const secretCommand = 'node -p "crypto.randomBytes(32).toString(\'base64url\')"'

// Keys that stand in tutorials, and so in the lists of those who try them.
const publishedSecrets = [
  'your_secret_key',
  '09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7',
  'a-string-secret-at-least-256-bits-long',
  'a-valid-string-secret-that-is-at-least-384-bits-long',
  'a-valid-string-secret-that-is-at-least-512-bits-long-which-is-very-long',
  'super-secret-jwt-token-with-at-least-32-characters-long',
  'your-super-secret-jwt-token-with-at-least-32-characters-long',
  '404E635266556A586E3272357538782F413F4428472B4B6250645367566B5970',
]

export function isStrongSecret(secret: string) {
  const core = secret.trim()
  return (
    Buffer.byteLength(core) >= 32 && new Set(core).size >= 8 && !isRepetitive(core) && !publishedSecrets.includes(core)
  )
}

/** A text of fewer than 32 characters, twice or more. */
function isRepetitive(secret: string) {
  for (let period = 1; period < 32 && period * 2 <= secret.length; period++) {
    if (secret.startsWith(secret.slice(period))) return true
  }
  return false
}

/** Hybrid apps and extensions have schemes of their own, whose origins the URL standard leaves undefined. */
function isWebOrigin(url: string) {
  if (/^https?:/.test(url)) return isOrigin(url)
  if (/^(file|ftp|wss?|data|blob|about|javascript):/.test(url) || !URL.canParse(url)) return false
  const { protocol, host } = new URL(url)
  return url === `${protocol}//${host.toLowerCase()}`
}

/** As browsers write it. */
function isOrigin(url: string) {
  return URL.canParse(url) && new URL(url).origin === url
}

const webUrl = new RegExp(`^(https://[^/?#]|http://${loopback}(:\\d{1,5})?([/?#]|$))`)

/** Schemes that a browser runs as code, opens itself, or uses for other things than apps and their pages. */
const unsuitableSchemes = [
  ...['javascript:', 'vbscript:', 'livescript:', 'data:', 'blob:', 'filesystem:', 'file:', 'about:', 'view-source:'],
  ...['chrome:', 'chrome-extension:', 'moz-extension:', 'resource:', 'jar:', 'ftp:', 'ws:', 'wss:', 'intent:'],
]

/** Whether a link may lead there: a page, or an app that has claimed a scheme (RFC 8252 7). */
export function isAppUrl(url: string) {
  if (!/^[!-~]+$/.test(url) || /[,"<>\\]/.test(url) || !URL.canParse(url)) return false
  const { protocol, username, password } = new URL(url)
  if (username !== '' || password !== '') return false
  if (protocol === 'https:' || protocol === 'http:') return webUrl.test(url)
  return url.startsWith(`${protocol}/`) && !unsuitableSchemes.includes(protocol)
}

/** With a user and a password, or with neither. */
function isMailServer(url: string) {
  if (!URL.canParse(url)) return false
  const { hostname, username, password } = new URL(url)
  return hostname !== '' && (username === '') === (password === '')
}

function isHops(text: string) {
  return /^[1-9]$/.test(text)
}

function isHopsOrNetwork(text: string) {
  if (isHops(text)) return true
  const [address = '', length, ...rest] = text.split('/')
  const bits = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0
  return (
    bits > 0 &&
    rest.length === 0 &&
    (length === undefined || (/^\d{1,3}$/.test(length) && Number(length) >= 1 && Number(length) <= bits))
  )
}
