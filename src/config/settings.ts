import { isIP } from 'node:net'
import { type SchemaOptions, type Static, Type } from '@sinclair/typebox'
import { isPostgresUrl } from '../lib/postgres-url.ts'

const loopback = String.raw`(localhost|127(\.\d{1,3}){3}|\[::1\])`

/*
 * This schema is the source of the validator, the type, the reference page and `.env.example`.
 * Besides the keywords of JSON Schema, a setting can have:
 *   allowed   the allowed values in words, if the schema does not describe them well
 *   check     a test that JSON Schema cannot express
 *   secret    the value is never printed
 *   service   a setting of the service that is not an option of the plugin
 *   algorithm the only `ALGORITHM` for which the setting has an effect
 *   fallback  the default in words, if it is derived
 */
export const Settings = Type.Object({
  host: Type.String({
    default: '127.0.0.1',
    minLength: 1,
    service: true,
    description: 'IP address or host name to listen on. `0.0.0.0` listens on all interfaces.',
    allowed: 'an IP address or a host name',
  }),
  port: Type.Integer({
    default: 3000,
    minimum: 0,
    maximum: 65535,
    service: true,
    description: 'Port to listen on. With 0, any free port is used.',
  }),
  prefix: Type.String({
    default: '/auth',
    pattern: '^(/(?!\\.{1,2}(/|$))[A-Za-z0-9._~-]+)+$',
    description: 'Path under which the API is served. Required for the plugin.',
    allowed: 'a path that starts with `/` and does not end with `/`',
  }),
  publicUrl: Type.Optional(
    Type.String({
      pattern: `^(https://[^/?#@\\s]+|http://${loopback}(:\\d{1,5})?)$`,
      check: isOrigin,
      fallback: '`http://localhost:PORT`, `https` with TLS',
      description: 'Origin that clients use. Token issuers and links are built from it, never from a Host header.',
      allowed:
        'an origin such as `https://api.example.com`, in lower case, without a path or default port, and with https ' +
        'except on loopback',
    }),
  ),
  dataDir: Type.String({
    default: './data',
    minLength: 1,
    description: 'Folder of the SQLite database and of the secrets that the first start creates.',
    allowed: 'the path of a folder',
  }),
  databaseUrl: Type.Optional(
    Type.String({
      pattern: '^(:memory:|file:.+|postgres(ql)?://.+)$',
      check: (url: string) => !url.startsWith('postgres') || isPostgresUrl(url),
      secret: true,
      fallback: '`file:DATA_DIR/latchkey.db`',
      description:
        'Database of the accounts. TLS to PostgreSQL is verified unless the server is on this machine or the URL ' +
        'contains `sslmode=disable`.',
      allowed:
        '`file:PATH` (SQLite), `:memory:` or `postgres://…` (in the password, write `/` as `%2F`, `?` as `%3F`, ' +
        '`#` as `%23` and `@` as `%40`)',
    }),
  ),
  databasePoolSize: Type.Optional(
    Type.Integer({
      minimum: 2,
      maximum: 1000,
      fallback: '10 plus 2 for each core, at most 30',
      description:
        'Maximum number of connections of this instance to PostgreSQL. A quarter of them is reserved for reads. Keep ' +
        'the sum of all instances below `max_connections` of the server, or use a pooler.',
    }),
  ),
  databaseQueueMs: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 60_000,
      fallback: '`1000`',
      description:
        'Maximum expected wait for a connection to PostgreSQL, in milliseconds. A request that would wait longer is ' +
        'rejected at once (503).',
    }),
  ),
  databaseStatementTimeoutMs: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 60_000,
      fallback: '`2000`',
      description:
        'Time limit of a statement in a transaction, in milliseconds (`statement_timeout` of PostgreSQL). With 0, ' +
        'the limit of the role applies.',
    }),
  ),
  databaseLockTimeoutMs: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 60_000,
      fallback: '`1500`',
      description:
        'Time after which a transaction that waits for a lock is rolled back and repeated, in milliseconds ' +
        '(`lock_timeout` of PostgreSQL). With 0, the limit of the role applies.',
    }),
  ),
  databaseIdleTransactionTimeoutMs: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 60_000,
      fallback: '`1000`',
      description:
        'Time after which PostgreSQL ends the transaction of an instance that has stopped in the middle of it, in ' +
        'milliseconds (`idle_in_transaction_session_timeout`). Until then, others wait for its locks. With 0, the ' +
        'limit of the role applies.',
    }),
  ),
  masterKey: Type.Optional(
    Type.String({
      check: isStrongSecret,
      secret: true,
      fallback: 'created at first start (required with PostgreSQL)',
      description:
        'Secret that encrypts signing keys, e-mails and the secrets of authenticator apps in the database and ' +
        'authenticates refresh tokens. Keep a copy of it.',
      allowed: 'at least 32 random bytes, not a published example',
    }),
  ),
  masterKeyPrevious: previousSecrets(
    'Previous values of `MASTER_KEY`. Data and tokens made with them stay valid, and data is re-encrypted with the ' +
      'current value.',
  ),
  secretKey: Type.Optional(
    Type.String({
      check: isStrongSecret,
      secret: true,
      algorithm: 'HS256',
      fallback: 'created at first start with `HS256` (required with `HS256` and PostgreSQL)',
      description: 'Secret that signs access tokens if `ALGORITHM` is `HS256`. Otherwise unused.',
      allowed: 'at least 32 random bytes, not a published example',
    }),
  ),
  secretKeyPrevious: previousSecrets('Previous values of `SECRET_KEY`. Tokens signed with them stay valid.', {
    algorithm: 'HS256',
  }),
  algorithm: oneOf(['ES256', 'EdDSA', 'PS256', 'RS256', 'HS256'], {
    default: 'ES256',
    description: 'Algorithm that signs access tokens. Use `RS256` only for verifiers that support no other.',
  }),
  accessTokenExpireMinutes: Type.Integer({
    default: 15,
    minimum: 1,
    maximum: 1440,
    description: 'Lifetime of an access token, in minutes.',
  }),
  sessionIdleDays: Type.Integer({
    default: 14,
    minimum: 1,
    maximum: 365,
    description: 'Days after which an unused session expires.',
  }),
  sessionMaxDays: Type.Integer({
    default: 30,
    minimum: 1,
    maximum: 3650,
    description: 'Days after which a session expires, even if it is used.',
  }),
  refreshReuseSeconds: Type.Integer({
    default: 30,
    minimum: 0,
    maximum: 60,
    description:
      'Seconds during which a used refresh token returns the same new token again, for clients that lost the ' +
      "response. Later reuse ends the session, except for a late retry from the session's device (within 24 hours) " +
      'or network (within 10 minutes). With 0, used tokens are never accepted.',
  }),
  keyRotationDays: Type.Integer({
    default: 90,
    minimum: 1,
    maximum: 3650,
    description: 'Days after which the next signing key takes over automatically.',
  }),
  audience: Type.Array(Type.String({ pattern: '^[^\\s,]+$' }), {
    default: [],
    fallback: 'the issuer',
    description: 'Services that access tokens are for (`aud`). The issuer is always included.',
    allowed: 'a list separated by commas',
  }),
  signup: oneOf(['open', 'closed'], {
    default: 'open',
    description: 'Whether anyone can register (`open`) or only invited people (`closed`).',
  }),
  usernames: oneOf(['required', 'optional'], {
    default: 'required',
    description:
      'Whether every account needs a username. With `optional`, an e-mail address is enough, and the user signs in ' +
      'with it once it is verified.',
  }),
  passwordMinLength: Type.Integer({
    default: 8,
    minimum: 8,
    maximum: 64,
    description:
      'Minimum length of a new password, in characters. NIST SP 800-63B-4 requires 15 if the password is the only ' +
      'factor.',
  }),
  argon2MemoryKib: Type.Integer({
    default: 19456,
    minimum: 7168,
    maximum: 1048576,
    description: 'Memory for one password hash (argon2id), in KiB.',
  }),
  argon2Time: Type.Integer({
    default: 2,
    minimum: 1,
    maximum: 100,
    description: 'Number of passes for one password hash.',
  }),
  argon2Parallelism: Type.Integer({
    default: 1,
    minimum: 1,
    maximum: 16,
    description: 'Number of lanes for one password hash.',
  }),
  hashConcurrency: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 256,
      fallback: 'the number of cores, at most 3 (`UV_THREADPOOL_SIZE` minus one)',
      description:
        'Maximum number of password hashes at the same time. Each uses one CPU core and `ARGON2_MEMORY_KIB`. Set it ' +
        'if a container has fewer cores than its machine. On more than 3 cores, set `UV_THREADPOOL_SIZE` to their ' +
        'number plus two, in the environment (`.env` is read too late).',
    }),
  ),
  hashQueueMs: Type.Integer({
    default: 1000,
    minimum: 0,
    maximum: 60_000,
    description:
      'Maximum expected wait for a password hash, in milliseconds. A sign-in that would wait longer is rejected at ' +
      'once (503). Half of the queue is reserved for known devices and networks.',
  }),
  signInAttempts: Type.Integer({
    default: 5,
    minimum: 1,
    maximum: 100,
    description:
      'Wrong passwords for one name from one network before further attempts have to wait. The wait starts at 1 ' +
      'second and doubles up to 15 minutes.',
  }),
  signInFailuresPerHour: Type.Integer({
    default: 100,
    minimum: 1,
    maximum: 1_000_000,
    description: 'Maximum number of wrong passwords per hour from one network, for all names together.',
  }),
  accountFailures: Type.Integer({
    default: 100,
    minimum: 5,
    maximum: 100,
    description:
      'Consecutive wrong passwords from unknown devices and networks, after which an account is locked on new ' +
      'devices until a password reset or an unlock. NIST SP 800-63B-4 allows at most 100.',
  }),
  registrationsPerHour: Type.Integer({
    default: 60,
    minimum: 1,
    maximum: 1_000_000,
    description: 'Maximum number of registrations per hour from one network.',
  }),
  mailRequestsPerHour: Type.Integer({
    default: 60,
    minimum: 1,
    maximum: 1_000_000,
    description: 'Maximum number of requests per hour from one network for reset and verification e-mails.',
  }),
  requireVerifiedEmail: Type.Boolean({
    default: false,
    description:
      'Whether users need a verified e-mail address to sign in. Registration then requires an e-mail address.',
  }),
  requireSecondFactor: oneOf(['off', 'administrators', 'all'], {
    default: 'off',
    description:
      'Accounts that must have a second factor: none, those with an administration scope, or all. Sessions without ' +
      'it have only the scope `account`, with which one can be added.',
  }),
  rememberSecondFactorDays: Type.Integer({
    default: 0,
    minimum: 0,
    maximum: 180,
    description:
      'Days that a user’s device is remembered after a sign-in with the second factor, if the user asks for it ' +
      '(`remember_device`). It never applies to administration scopes, nor to accounts that `REQUIRE_SECOND_FACTOR` ' +
      'covers.',
  }),
  smtpUrl: Type.Optional(
    Type.String({
      // A query is not allowed, because nodemailer would accept options in it that turn TLS off.
      pattern: '^smtps?://[^/?#\\s]+/?$',
      check: isMailServer,
      secret: true,
      fallback: 'none (e-mails are files in `DATA_DIR/mail`)',
      description:
        'Server that sends e-mails. It requires `MAIL_FROM`. TLS is required and verified except on loopback: from ' +
        'the start with `smtps`, by STARTTLS with `smtp`.',
      allowed:
        '`smtps://USER:PASSWORD@HOST` or `smtp://USER:PASSWORD@HOST:PORT`, with special characters percent-encoded',
    }),
  ),
  mailFrom: Type.Optional(
    Type.String({
      pattern: '^([^<>"\\r\\n]+ <[^<>@\\s,]+@[^<>@\\s,]+>|[^<>@\\s,]+@[^<>@\\s,]+)$',
      fallback: '`no-reply@` and the host of `PUBLIC_URL` (required with `SMTP_URL`)',
      description: 'Sender of e-mails. If it is only an address, `PRODUCT_NAME` is its name.',
      allowed: '`accounts@example.com` or `Example <accounts@example.com>`',
    }),
  ),
  mailTemplates: Type.Optional(
    Type.String({
      minLength: 1,
      fallback: 'none (built-in texts)',
      description: 'Folder with your own texts for e-mails. See docs/guides/mail-templates.md.',
      allowed: 'the path of a folder',
    }),
  ),
  productName: Type.String({
    default: 'Latchkey',
    minLength: 1,
    maxLength: 64,
    pattern: '^(?! *$)[^<>"\\u0000-\\u001f\\u007f]+$',
    description: 'Name of your product in e-mails and on pages.',
    allowed: '1 to 64 characters without < > and "',
  }),
  productColor: Type.String({
    default: '#2f6f4f',
    pattern: '^#[0-9a-fA-F]{6}$',
    description: 'Color of buttons in e-mails and on pages. Their text is white, or black on a light color.',
    allowed: 'a color such as `#2f6f4f` (write it in quotes in `.env`)',
  }),
  appUrl: Type.Optional(
    Type.String({
      maxLength: 2048,
      check: isAppUrl,
      fallback: 'none (the pages link to `/docs` if it is served)',
      description:
        'URL of your app. The pages behind e-mailed links link to it after the last step and when a link has expired.',
      allowed:
        'a URL such as `https://app.example.com/welcome` (https except on loopback), or one that opens a mobile app, ' +
        'such as `myapp://done`, with commas written as `%2C`',
    }),
  ),
  redirectUrls: Type.Array(Type.String({ maxLength: 2048, check: isAppUrl }), {
    default: [],
    fallback: 'none',
    description:
      'URLs that a request can choose as `redirect_to`, compared byte for byte. The pages then link there instead of ' +
      'to `APP_URL`.',
    allowed: 'a list of URLs, each as for `APP_URL`, separated by commas',
  }),
  rpId: Type.Optional(
    Type.String({
      check: isDomain,
      fallback: 'the host of `PUBLIC_URL`',
      description:
        'Domain of passkeys (the RP ID of WebAuthn). Passkeys work on this domain and its subdomains. A change ' +
        'makes all existing passkeys useless. On an IP address, passkeys are unavailable.',
      allowed: 'a domain such as `example.com`, in lower case, or `localhost`',
    }),
  ),
  rpOrigins: Type.Array(Type.String({ check: isPasskeyOrigin }), {
    default: [],
    fallback: 'none',
    description:
      'Origins, in addition to `PUBLIC_URL`, whose pages and apps can use passkeys. Web origins must be on the ' +
      'domain `RP_ID` or on a subdomain.',
    allowed:
      'a list of origins such as `https://app.example.com` (https except on localhost) or ' +
      '`android:apk-key-hash:…`, separated by commas',
  }),
  eventsKeepDays: Type.Integer({
    default: 365,
    minimum: 1,
    maximum: 3650,
    description: 'Days that an event stays in the audit log.',
  }),
  docs: Type.Boolean({
    default: true,
    service: true,
    description: 'Whether to serve `/docs`, `/openapi.json` and `/openapi-3.0.json`.',
  }),
  corsOrigins: Type.Array(Type.String({ pattern: '^[a-z][a-z0-9+.-]*://[^/?#@\\s,*]+$', check: isWebOrigin }), {
    default: [],
    service: true,
    fallback: 'none',
    description: 'Origins whose pages can call the API: web apps, hybrid apps, browser extensions.',
    allowed:
      'a list of origins such as `https://app.example.com` or `capacitor://localhost`, in lower case and without a ' +
      'path or default port, separated by commas',
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
      fallback: '`cache` (`off` for the plugin)',
      description:
        'Data of this origin that browsers delete at sign-out (`Clear-Site-Data`): none, cached pages, or also ' +
        'everything that apps on the origin have stored.',
    }),
  ),
  trustProxy: Type.Array(Type.String({ check: isHopsOrNetwork }), {
    default: [],
    service: true,
    fallback: 'none',
    check: (list: string[]) => list.length < 2 || !list.some(isHops),
    description: 'Proxies whose `X-Forwarded-*` headers are trusted.',
    allowed:
      'the number of chained proxies (1 to 9), or IP addresses and networks such as `10.0.0.0/8`, separated by commas',
  }),
  keepAliveTimeoutSeconds: Type.Integer({
    default: 72,
    minimum: 1,
    maximum: 86_400,
    service: true,
    description:
      'Seconds that an idle connection stays open. It must be longer than the idle timeout of a load balancer, which ' +
      'otherwise answers some requests with 502.',
  }),
  requestTimeoutSeconds: Type.Integer({
    default: 30,
    minimum: 1,
    maximum: 3600,
    service: true,
    description: 'Seconds within which a request must arrive completely.',
  }),
  drainSeconds: Type.Integer({
    default: 3,
    minimum: 0,
    maximum: 3600,
    service: true,
    description:
      'Seconds after SIGTERM during which requests are still served while `/health/ready` fails, so that load ' +
      'balancers notice. Ctrl+C does not wait. The supervisor must wait 10 seconds longer before it kills the process.',
  }),
  tlsCert: Type.Optional(
    Type.String({
      minLength: 1,
      service: true,
      fallback: 'none',
      description: 'File with the certificate chain (PEM) for HTTPS. It requires `TLS_KEY`.',
      allowed: 'the path of a file',
    }),
  ),
  tlsKey: Type.Optional(
    Type.String({
      minLength: 1,
      service: true,
      fallback: 'none',
      description: 'File with the private key (PEM) of `TLS_CERT`.',
      allowed: 'the path of a file',
    }),
  ),
  metrics: Type.Boolean({
    default: false,
    description: 'Whether to collect metrics for Prometheus. The service serves them at `/metrics` on `METRICS_PORT`.',
  }),
  metricsHost: Type.String({
    default: '127.0.0.1',
    minLength: 1,
    service: true,
    description: 'IP address or host name at which metrics are served. Use one that only Prometheus can reach.',
    allowed: 'an IP address or a host name',
  }),
  metricsPort: Type.Integer({
    default: 9464,
    minimum: 0,
    maximum: 65535,
    service: true,
    description: 'Port of the metrics, which must not be public. With 0, any free port is used.',
  }),
  logLevel: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'silent'], {
    default: 'info',
    service: true,
    description: 'Minimum level of log lines.',
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

function previousSecrets(description: string, options: SchemaOptions = {}) {
  return Type.Array(Type.String({ check: isStrongSecret }), {
    default: [],
    secret: true,
    fallback: 'none',
    description,
    allowed: 'a list of previous secrets without commas, separated by commas',
    ...options,
  })
}

/** A command that prints a strong secret. */
export const secretCommand = 'node -p "crypto.randomBytes(32).toString(\'base64url\')"'

// Keys from tutorials, which attackers try.
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

/** Whether a text of fewer than 32 characters is repeated. */
function isRepetitive(secret: string) {
  for (let period = 1; period < 32 && period * 2 <= secret.length; period++) {
    if (secret.startsWith(secret.slice(period))) return true
  }
  return false
}

/** The URL standard does not define the origins of the custom schemes of hybrid apps and extensions. */
function isWebOrigin(url: string) {
  if (/^https?:/.test(url)) return isOrigin(url)
  if (/^(file|ftp|wss?|data|blob|about|javascript):/.test(url) || !URL.canParse(url)) return false
  const { protocol, host } = new URL(url)
  return url === `${protocol}//${host.toLowerCase()}`
}

/** Whether the URL is an origin as browsers write it. */
function isOrigin(url: string) {
  return URL.canParse(url) && new URL(url).origin === url
}

/** Whether a text is a domain as browsers write it, and not an IP address. */
function isDomain(text: string) {
  const url = `https://${text}`
  return /^[a-z0-9.-]+$/.test(text) && !text.endsWith('.') && isOrigin(url) && isIP(text) === 0
}

/** Whether a page or an Android app with this origin can use passkeys. */
function isPasskeyOrigin(origin: string) {
  if (/^android:apk-key-hash:[\w-]{43}$/.test(origin)) return true
  return /^(https:\/\/[a-z0-9.-]+|http:\/\/([a-z0-9-]+\.)*localhost)(:\d+)?$/.test(origin) && isOrigin(origin)
}

const webUrl = new RegExp(`^(https://[^/?#]|http://${loopback}(:\\d{1,5})?([/?#]|$))`)

/** Schemes that browsers run as code, open themselves, or do not use for apps and their pages. */
const unsuitableSchemes = [
  ...['javascript:', 'vbscript:', 'livescript:', 'data:', 'blob:', 'filesystem:', 'file:', 'about:', 'view-source:'],
  ...['chrome:', 'chrome-extension:', 'moz-extension:', 'resource:', 'jar:', 'ftp:', 'ws:', 'wss:', 'intent:'],
]

/** Whether a URL can be the target of a link: a web page, or a custom scheme of an app (RFC 8252 7). */
export function isAppUrl(url: string) {
  if (!/^[!-~]+$/.test(url) || /[,"<>\\]/.test(url) || !URL.canParse(url)) return false
  const { protocol, username, password } = new URL(url)
  if (username !== '' || password !== '') return false
  if (protocol === 'https:' || protocol === 'http:') return webUrl.test(url)
  return url.startsWith(`${protocol}/`) && !unsuitableSchemes.includes(protocol)
}

/** The URL must have both user and password, or neither. */
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
