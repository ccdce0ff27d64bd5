import type { FastifyInstance } from 'fastify'
import accounts from '../plugins/accounts.ts'
import administration from '../plugins/administration.ts'
import audit from '../plugins/audit.ts'
import authentication from '../plugins/authentication.ts'
import backgroundJobs from '../plugins/background-jobs.ts'
import configuration from '../plugins/config.ts'
import deadline from '../plugins/deadline.ts'
import errors from '../plugins/errors.ts'
import factors from '../plugins/factors.ts'
import headers from '../plugins/headers.ts'
import jwt from '../plugins/jwt.ts'
import mail from '../plugins/mail.ts'
import oneTimeTokens from '../plugins/one-time-tokens.ts'
import origin from '../plugins/origin.ts'
import parsers from '../plugins/parsers.ts'
import passwords from '../plugins/passwords.ts'
import schemas from '../plugins/schemas.ts'
import store from '../plugins/store.ts'
import telemetry from '../plugins/telemetry.ts'
import throttling from '../plugins/throttling.ts'
import tokens from '../plugins/tokens.ts'
import * as endpoints from '../routes/index.ts'
import type { Config } from './config/index.ts'
import type { MailOptions } from './mail/index.ts'

interface AppOptions extends MailOptions {
  config: Config
  /** Whether the routes appear in the OpenAPI document of the server. */
  openapi: boolean
  /** Whether to create spans with the OpenTelemetry API. */
  traces: boolean
}

/** The sign-in API, encapsulated in a scope of its own: in the service or in a host. */
export async function app(scope: FastifyInstance, { config, openapi, traces, ...mailOptions }: AppOptions) {
  // Plumbing: applies to every request.
  await scope.register(configuration, { config }) // validated settings
  await scope.register(parsers) // JSON and forms
  await scope.register(schemas, { ...config, openapi }) // validation and serialization
  // Security headers, unless the service has set them already.
  if (!scope.hasPlugin('latchkey-headers')) await scope.register(headers, { publicUrl: config.publicUrl })
  await scope.register(errors) // problem details
  // Metrics and traces, unless the service has set them up already.
  if (!scope.hasPlugin('latchkey-telemetry')) await scope.register(telemetry, { ...config, traces, isService: false })

  // Services: each plugin calls the factory of one folder in src/.
  await scope.register(store) // SQLite or PostgreSQL, migrated
  await scope.register(audit) // the audit log
  await scope.register(jwt) // master key and signing keys
  await scope.register(mail, mailOptions) // e-mails and their outbox
  await scope.register(tokens) // sessions, clients, access and refresh tokens
  await scope.register(passwords) // hashing, rules for new passwords
  await scope.register(throttling) // attempts, limits, lockout
  await scope.register(oneTimeTokens) // e-mailed links and codes
  await scope.register(factors) // authenticator apps, passkeys, recovery codes
  await scope.register(accounts) // register, sign in, recover, change, delete
  await scope.register(administration) // manage users, invitations
  await scope.register(backgroundJobs) // mail delivery, key rotation, deletion of expired rows

  // Endpoints.
  await scope.register(deadline) // limits the time that a request waits for the database
  await scope.register(authentication) // the user or client of a request
  await scope.register(origin) // IP address, User-Agent and actor, for limits and the audit log
  await scope.register(endpoints.pages) // the pages behind e-mailed links; hidden, so first: see `addDefinitions`
  await scope.register(endpoints.account) // /users, /users/me…
  await scope.register(endpoints.factors) // /users/me/factors, /users/me/totp…
  await scope.register(endpoints.tokens) // /token, /revoke, /introspect
  await scope.register(endpoints.discovery) // /jwks.json, /.well-known/…
  await scope.register(endpoints.passwordReset) // /password-reset…
  await scope.register(endpoints.emailVerification) // /email-verification…
  await scope.register(endpoints.users) // /users, /users/:id…
  await scope.register(endpoints.invitations) // /invitations…
  await scope.register(endpoints.sessions) // /sessions
  await scope.register(endpoints.events) // /events
  await scope.register(endpoints.clients) // /clients…
  await scope.register(endpoints.keys) // /keys…
}
