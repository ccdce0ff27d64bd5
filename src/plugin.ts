// Imported first, so that a bundle without the package's files reports that, not a missing native module.
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
import {
  type Account,
  assuranceLevels,
  type AuthenticationRequirement,
  type ClientPrincipal,
  defaultMaxAge,
  demandRequiredSecondFactor,
  demandRecentAuthentication,
  demandScopes,
  isClient,
  isScope,
  type Principal,
  type Subject,
  wrongSubject,
} from './authorization/index.ts'
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
export type {
  Account,
  AuthenticationRequirement,
  ClientPrincipal,
  ConfidentialClient as Client,
  Principal,
} from './authorization/index.ts'
export type { Mail, MailKind, MailTemplates, MailValues, RenderedMessage, SendMail } from './mail/index.ts'
export { ApiError, type ErrorCode, type FieldError } from './errors/index.ts'
export { latchkeySecuritySchemes } from '../plugins/security-schemes.ts'

export interface LatchkeyOptions extends Omit<PluginSettings, 'mailTemplates'>, Omit<MailOptions, 'mailTemplates'> {
  /** Replaces the built-in texts of e-mails: functions by kind, or the path of a folder with templates. */
  mailTemplates?: string | MailTemplates | undefined
  /** The name of the host's decorator. Each mount needs its own. Default `latchkey`. */
  name?: string
  /** Whether the routes appear in the host's OpenAPI document. Default false. */
  openapi?: boolean
  /** Whether to create spans with the OpenTelemetry API, for the SDK that the host has registered. Default false. */
  traces?: boolean
  /** The URL of the page that documents the API. The pages behind e-mailed links link to it if there is no `appUrl`. */
  docsUrl?: string | undefined
  /** The current time in milliseconds since the epoch, for tests that move the clock. Default `Date.now`. */
  now?: () => number
  /** Database timeouts, and whether timers run the background jobs; for tests. */
  timing?: Partial<Timing>
}

/** The host's decorator, `app.latchkey`. */
export interface Latchkey {
  /**
   * An `onRequest` hook for routes for users: 401 without a valid access token, 403 for a client. This hook,
   * `requireScope` and `requireRecent` answer 403 `second_factor_required` if the session lacks a second factor that
   * `requireSecondFactor` demands.
   */
  authenticate: (request: FastifyRequest, reply: FastifyReply) => Promise<void>
  /** The user who sent a request, after `authenticate`. */
  principalOf: (request: FastifyRequest) => Principal
  /** An `onRequest` hook for routes for clients: 401 without a valid access token, 403 for a user. */
  authenticateClient: (request: FastifyRequest, reply: FastifyReply) => Promise<void>
  /** The client that sent a request, after `authenticateClient`. */
  clientOf: (request: FastifyRequest) => ClientPrincipal
  /**
   * Creates an `onRequest` hook: 401 without a valid access token, 403 `insufficient_scope` unless the token has all
   * of these scopes. It accepts users and clients; place it after `authenticate` or `authenticateClient` to accept only
   * one of them.
   */
  requireScope: (...scopes: [string, ...string[]]) => (request: FastifyRequest, reply: FastifyReply) => Promise<void>
  /**
   * Creates an `onRequest` hook for routes for users: 401 `insufficient_user_authentication` (RFC 9470) unless the user
   * has authenticated within `maxAge` seconds (default 900), with the level of assurance `acr`. The default level is
   * `aal2` if the account has a second factor, else `aal1`. An account without a second factor cannot reach `aal2`:
   * 403 `second_factor_required`.
   */
  requireRecent: (
    requirement?: AuthenticationRequirement,
  ) => (request: FastifyRequest, reply: FastifyReply) => Promise<void>
  /**
   * Creates an account with any scopes, even when registration is closed. The rules for new passwords do not apply, and
   * no e-mail is sent; `POST …/email-verification` sends the verification e-mail. The password must not be empty.
   * @throws {ApiError} with the `code` `username_taken` if an account has, or had, this username; with other codes for
   * invalid fields
   */
  createUser: (account: AccountWithScopes) => Promise<Account>
  /**
   * Returns the account with this username, or creates it like `createUser`. An existing account and its password stay
   * unchanged.
   * @throws {ApiError} with the `code` `username_taken` if the account has been deleted; `invalid_request` if the
   * password is empty, even if the account exists
   */
  ensureUser: (account: NamedAccount) => Promise<Account>
  /** Returns a link for creating the first administrator, valid for 30 minutes; undefined when one exists. */
  inviteFirstAdministrator: () => Promise<AdministratorLink | undefined>
  /** For health checks: rejects while the database does not respond. */
  checkReady: () => Promise<void>
  /**
   * Returns the metrics of this mount in the text format of Prometheus, to be appended to those of the host.
   * @throws {Error} unless the option `metrics` is true
   */
  metrics: () => Promise<string>
  /** Runs the background jobs now, for tests: key rotation, deletion of expired rows, mail delivery. */
  housekeep: () => Promise<void>
}

declare module 'fastify' {
  interface FastifyInstance {
    latchkey: Latchkey
  }
}

/**
 * Latchkey as a plugin: mounts the API under `prefix`, encapsulated from the host. Its only effect on the host is the
 * decorator `latchkey`.
 * @throws {StartError} naming each invalid option
 */
const mountLatchkey: FastifyPluginAsync<LatchkeyOptions> = async (host, options) => {
  const { name = 'latchkey', openapi = false, traces = false, docsUrl, now = Date.now, timing, ...others } = options
  const { sendMail, logMailLinks, mailTemplates, ...given } = others
  const folder = typeof mailTemplates === 'string' ? mailTemplates : undefined
  const settings = settingsFromOptions({ ...given, mailTemplates: folder }, [
    ...(isMemberName(name) && !(name in host)
      ? []
      : [
          `name is ${JSON.stringify(name)}: it must have letters, digits and _ only, start with a letter, and not be ` +
            'the name of another decorator of the host',
        ]),
    ...(typeof openapi === 'boolean' ? [] : ['openapi must be true or false']),
    ...(typeof traces === 'boolean' ? [] : ['traces must be true or false']),
    ...(docsUrl === undefined || (typeof docsUrl === 'string' && isAppUrl(docsUrl))
      ? []
      : ['docsUrl must be a URL such as https://api.example.com/docs/']),
    ...(sendMail === undefined || typeof sendMail === 'function'
      ? []
      : ['sendMail must be a function that takes an e-mail']),
    ...(typeof now === 'function' ? [] : ['now must be a function that returns milliseconds']),
    ...(isTiming(timing) ? [] : [`timing must be an object with any of ${Object.keys(productionTiming).join(', ')}`]),
  ])
  const templates = loadMailTemplates(mailTemplates)
  const config = createConfig(settings, {
    name,
    prefix: host.prefix + settings.prefix,
    docsUrl,
    now,
    timing: { ...productionTiming, ...timing },
  })

  const guards = createHostGuards(host, { name, prefix: host.prefix + settings.prefix, openapi })
  await host.register(
    async (scope) => {
      scope.addHook('onRoute', (route) => {
        // Documented routes keep the host's own transformation.
        if (openapi && route.schema?.hide !== true) return
        route.config = { ...route.config, swaggerTransform: guards.addDefinitions }
      })
      await app(scope, { config, openapi, traces, mailTemplates: templates, sendMail, logMailLinks })
      host.decorate<unknown>(name, createDecorator(scope, guards))
      // The service itself gives the link to the operator.
      if (!host.hasPlugin('latchkey-headers')) scope.addHook('onReady', () => adviseOfFirstAdministrator(scope))
    },
    { prefix: settings.prefix },
  )
  // The metadata are also served at the root of the origin, where RFC 8414 3 lets clients look for them.
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

/** Logs how to get the link for the first administrator. The link itself is never logged: many people can read logs. */
async function adviseOfFirstAdministrator({ administration, config, log }: FastifyInstance) {
  try {
    if (!(await administration.firstAdministrator.isMissing())) return
    log.warn(
      `no administrator exists: app.${config.name}.inviteFirstAdministrator() returns a link for creating the first ` +
        'one, and the command latchkey users invite --admin prints one',
    )
  } catch (err) {
    log.warn({ err }, 'check for an administrator failed')
  }
}

function createDecorator(scope: FastifyInstance, { createGuard }: HostGuards): Latchkey {
  const { accounts, administration, authentication, backgroundJobs, config, store, telemetry } = scope
  const { authenticate, clientOf, findSubjectOf, principalOf, subjectOf } = authentication
  const { housekeep, sendMails } = backgroundJobs

  /** A session that lacks a required second factor may only add one, for which no route of the host is needed. */
  const authenticateFully = (request: FastifyRequest) => authenticate(request, demandRequiredSecondFactor)

  async function authenticateOnce(request: FastifyRequest) {
    if (findSubjectOf(request) === undefined) await authenticateFully(request)
  }

  return {
    authenticate: createGuard({ scopes: [], callers: ['user'] }, async (request) => {
      await authenticateFully(request)
      principalOf(request)
    }),
    principalOf,
    authenticateClient: createGuard({ scopes: [], callers: ['client'] }, (request) =>
      authenticate(request, demandClient),
    ),
    clientOf,
    requireScope(...scopes) {
      if (scopes.length === 0 || !scopes.every(isScope)) throw new Error('requireScope requires the names of scopes.')
      return createGuard({ scopes, callers: ['user', 'client'] }, async (request) => {
        await authenticateOnce(request)
        try {
          demandScopes(subjectOf(request), scopes)
        } catch (error) {
          await reportRefusal(scope, request, error)
          throw error
        }
      })
    },
    requireRecent(requirement = {}) {
      if (!isRequirement(requirement)) {
        throw new Error(
          `requireRecent takes only maxAge, in whole seconds, and acr, one of ${assuranceLevels.join(', ')}.`,
        )
      }
      const { maxAge = defaultMaxAge, acr } = requirement
      return createGuard({ scopes: [], callers: ['user'], recent: { maxAge, acr } }, async (request) => {
        await authenticateOnce(request)
        demandRecentAuthentication(principalOf(request), config.now(), requirement)
      })
    },
    createUser: (account) => accounts.createUser(account, fromService),
    ensureUser: (account) => accounts.ensureUser(account, fromService),
    inviteFirstAdministrator: administration.firstAdministrator.invite,
    checkReady: store.ping,
    async metrics() {
      if (telemetry.metrics === undefined) throw new Error('Metrics are off. Set the option metrics to true.')
      return telemetry.metrics.read()
    },
    housekeep: () => housekeep().finally(sendMails),
  }
}

function demandClient(subject: Subject) {
  if (!isClient(subject)) throw wrongSubject('client')
}

function isRequirement({ maxAge, acr, ...unknown }: AuthenticationRequirement) {
  const isAge = maxAge === undefined || (Number.isInteger(maxAge) && maxAge >= 1)
  return isAge && (acr === undefined || assuranceLevels.includes(acr)) && Object.keys(unknown).length === 0
}

/** Whether each given value has the type of the default in `productionTiming`. */
function isTiming(timing: unknown) {
  if (timing === undefined) return true
  if (typeof timing !== 'object' || timing === null) return false
  const defaults: Record<string, unknown> = { ...productionTiming }
  return Object.entries(timing).every(([name, value]) => typeof value === typeof defaults[name])
}

/** Whether a name can be part of a `$ref` and of an operationId. */
function isMemberName(name: unknown): name is string {
  return typeof name === 'string' && /^[A-Za-z]\w*$/.test(name)
}

export default fp(mountLatchkey, { name: 'latchkey', fastify: '5.x' })
