// First, so that a bundle without the package's files says so, and not that a native module is missing.
import './lib/package-files.ts'
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import configuration from '../plugins/config.ts'
import { sendProblem } from '../plugins/errors.ts'
import { reportRefusal } from '../plugins/guard.ts'
import headers from '../plugins/headers.ts'
import { createHostGuards, type HostGuards } from '../plugins/host-guards.ts'
import schemas from '../plugins/schemas.ts'
import { getMetadata } from '../routes/discovery/get-metadata.ts'
import type { AccountWithScopes, NamedAccount } from './accounts/index.ts'
import type { AdministratorLink } from './administration/index.ts'
import { app } from './app.ts'
import { fromService } from './audit/index.ts'
import { type Account, type ClientPrincipal, demandScopes, isScope, type Principal } from './authorization/index.ts'
import {
  createConfig,
  isAppUrl,
  type PluginSettings,
  productionTiming,
  settingsFromOptions,
  type Timing,
} from './config/index.ts'
import { loadMailTemplates, type MailOptions, type MailTemplates } from './mail/index.ts'

export type { AccountWithScopes, NamedAccount, NewAccount } from './accounts/index.ts'
export type { AdministratorLink } from './administration/index.ts'
export type { Account, ClientPrincipal, ConfidentialClient as Client, Principal } from './authorization/index.ts'
export type { Mail, MailKind, MailTemplates, MailValues, RenderedMessage, SendMail } from './mail/index.ts'
export { ApiError, type ErrorCode, type FieldError } from './errors/index.ts'
export { latchkeySecuritySchemes } from '../plugins/security-schemes.ts'

export interface LatchkeyOptions extends Omit<PluginSettings, 'mailTemplates'>, Omit<MailOptions, 'mailTemplates'> {
  /** What mails say, in place of the built-in texts: functions by kind, or a folder of files. */
  mailTemplates?: string | MailTemplates | undefined
  /** The name of the decorator that the host gets; each mount has its own. Default `latchkey`. */
  name?: string
  /** Whether the routes stand in the host's OpenAPI document. Default no. */
  openapi?: boolean
  /** The page that documents the API. The pages behind mailed links lead to it where there is no `appUrl`. */
  docsUrl?: string | undefined
  /** Milliseconds since the epoch; for tests that move the time. Default `Date.now`. */
  now?: () => number
  /** How long the database may take, and whether background work runs by itself; for tests. */
  timing?: Partial<Timing>
}

/** The decorator of the host, `app.latchkey`. */
export interface Latchkey {
  /** An `onRequest` hook for users: 401 without a valid access token, 403 for a client. */
  authenticate: (request: FastifyRequest, reply: FastifyReply) => Promise<void>
  /** The user who makes a request that has passed `authenticate`. */
  principalOf: (request: FastifyRequest) => Principal
  /** An `onRequest` hook for clients that act for themselves: 401 without a token, 403 for a user. */
  authenticateClient: (request: FastifyRequest, reply: FastifyReply) => Promise<void>
  /** The client that makes a request that has passed `authenticateClient`. */
  clientOf: (request: FastifyRequest) => ClientPrincipal
  /**
   * Makes an `onRequest` hook: 401 without a valid access token, 403 `insufficient_scope` unless the token has all
   * scopes. Users and clients pass it; behind `authenticate` or `authenticateClient` only the ones or the others do.
   */
  requireScope: (...scopes: [string, ...string[]]) => (request: FastifyRequest, reply: FastifyReply) => Promise<void>
  /**
   * Creates an account with any scopes, also when registration is closed. The rules for new passwords do not apply,
   * and no e-mail is sent: `POST …/email-verification` does that.
   * @throws {ApiError} with the `code` `username_taken` if there is, or was, an account of this username; with others
   * for invalid fields
   */
  createUser: (account: AccountWithScopes) => Promise<Account>
  /**
   * Returns the account of this username, or creates it as `createUser` does. An account that exists is not changed,
   * nor is its password.
   * @throws {ApiError} with the `code` `username_taken` if the account has been deleted
   */
  ensureUser: (account: NamedAccount) => Promise<Account>
  /** A link that creates the first administrator, valid for half an hour; undefined when there is one already. */
  inviteFirstAdministrator: () => Promise<AdministratorLink | undefined>
  /** For health checks: fails while the database does not answer. */
  checkReady: () => Promise<void>
  /** Runs the background jobs now: what is due, expired rows, e-mails. Timers run them anyway. */
  housekeep: () => Promise<void>
}

declare module 'fastify' {
  interface FastifyInstance {
    latchkey: Latchkey
  }
}

/**
 * Latchkey as a plugin: mounts the API under `prefix`, closed off from the host, and decorates the
 * host with `latchkey` and nothing else.
 * @throws {StartError} naming each option that is wrong
 */
const mountLatchkey: FastifyPluginAsync<LatchkeyOptions> = async (host, options) => {
  const { name = 'latchkey', openapi = false, docsUrl, now = Date.now, timing, ...others } = options
  const { sendMail, logMailLinks, mailTemplates, ...given } = others
  const folder = typeof mailTemplates === 'string' ? mailTemplates : undefined
  const settings = settingsFromOptions({ ...given, mailTemplates: folder }, [
    ...(isMemberName(name) && !(name in host)
      ? []
      : [`name is ${JSON.stringify(name)}: it must be a name that the host does not have yet, of letters and digits`]),
    ...(typeof openapi === 'boolean' ? [] : ['openapi must be true or false']),
    ...(docsUrl === undefined || (typeof docsUrl === 'string' && isAppUrl(docsUrl))
      ? []
      : ['docsUrl must be a URL such as https://api.example.com/docs/']),
    ...(sendMail === undefined || typeof sendMail === 'function'
      ? []
      : ['sendMail must be a function that takes a mail']),
    ...(typeof now === 'function' ? [] : ['now must be a function that returns milliseconds']),
    ...(isTiming(timing) ? [] : [`timing must be an object of ${Object.keys(productionTiming).join(', ')}`]),
  ])
  const templates = loadMailTemplates(mailTemplates)
  const config = createConfig(settings, {
    name,
    prefix: host.prefix + settings.prefix,
    docsUrl,
    now,
    timing: { ...productionTiming, ...timing },
  })

  const guards = createHostGuards(host, { name, prefix: host.prefix + settings.prefix })
  await host.register(
    async (scope) => {
      if (!openapi) {
        scope.addHook('onRoute', (route) => {
          route.config = { ...route.config, swaggerTransform: guards.addScheme }
        })
      }
      await app(scope, { config, openapi, mailTemplates: templates, sendMail, logMailLinks })
      host.decorate<unknown>(name, createDecorator(scope, guards))
      // The service hands the link to its operator by itself.
      if (!host.hasPlugin('latchkey-headers')) scope.addHook('onReady', () => adviseOfFirstAdministrator(scope))
    },
    { prefix: settings.prefix },
  )
  // RFC 8414 3: its metadata also stand at the root of the origin, where others look for them.
  if (host.prefix === '') {
    await host.register(async (root) => {
      await root.register(configuration, { config })
      await root.register(schemas, { name, openapi: false })
      if (!root.hasPlugin('latchkey-headers')) await root.register(headers, { publicUrl: config.publicUrl })
      root.setErrorHandler(sendProblem)
      await root.register(getMetadata, { issuerPath: settings.prefix })
    })
  }
}

/** Says how to get the link of the first administrator. It is never logged, since many people read logs. */
async function adviseOfFirstAdministrator({ administration, config, log }: FastifyInstance) {
  try {
    if (!(await administration.firstAdministrator.isMissing())) return
    log.warn(
      `there is no administrator: app.${config.name}.inviteFirstAdministrator() returns a link that makes the first, ` +
        'and the command latchkey users invite --admin prints one',
    )
  } catch (err) {
    log.warn({ err }, 'search for an administrator failed')
  }
}

function createDecorator(scope: FastifyInstance, { createGuard }: HostGuards): Latchkey {
  const { accounts, administration, authentication, backgroundJobs, store } = scope
  const { authenticate, clientOf, findSubjectOf, principalOf, subjectOf } = authentication
  const { housekeep, sendMails } = backgroundJobs
  return {
    authenticate: createGuard([], async (request) => {
      await authenticate(request)
      principalOf(request)
    }),
    principalOf,
    authenticateClient: createGuard([], async (request) => {
      await authenticate(request)
      clientOf(request)
    }),
    clientOf,
    requireScope(...scopes) {
      if (scopes.length === 0 || !scopes.every(isScope)) throw new Error('requireScope takes the names of scopes.')
      return createGuard(scopes, async (request) => {
        if (findSubjectOf(request) === undefined) await authenticate(request)
        try {
          demandScopes(subjectOf(request), scopes)
        } catch (error) {
          await reportRefusal(scope, request, error)
          throw error
        }
      })
    },
    createUser: (account) => accounts.createUser(account, fromService),
    ensureUser: (account) => accounts.ensureUser(account, fromService),
    inviteFirstAdministrator: administration.firstAdministrator.invite,
    checkReady: store.ping,
    housekeep: () => housekeep().finally(sendMails),
  }
}

/** Whether each given value has the type of the one that production uses. */
function isTiming(timing: unknown) {
  if (timing === undefined) return true
  if (typeof timing !== 'object' || timing === null) return false
  const usual: Record<string, unknown> = { ...productionTiming }
  return Object.entries(timing).every(([name, value]) => typeof value === typeof usual[name])
}

/** Whether a name can be part of a `$ref` and of an operationId. */
function isMemberName(name: unknown): name is string {
  return typeof name === 'string' && /^[A-Za-z]\w*$/.test(name)
}

export default fp(mountLatchkey, { name: 'latchkey', fastify: '5.x' })
