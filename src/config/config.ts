import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { TSchema } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { StartError } from '../errors/index.ts'
import { findOriginFault, relyingPartyOf, type RelyingParty } from './relying-party.ts'
import { isStrongSecret, secretCommand, Settings } from './settings.ts'
import { productionTiming, type Timing } from './timing.ts'

type SettingName = keyof Settings
type GivenSettings = { [Name in SettingName]?: Settings[Name] | undefined }

/** Settings of the service that are not options of the plugin. */
type ServiceSetting =
  | 'host'
  | 'port'
  | 'docs'
  | 'corsOrigins'
  | 'hstsIncludeSubdomains'
  | 'trustProxy'
  | 'keepAliveTimeoutSeconds'
  | 'requestTimeoutSeconds'
  | 'drainSeconds'
  | 'tlsCert'
  | 'tlsKey'
  | 'metricsHost'
  | 'metricsPort'
  | 'logLevel'

/** Settings that replace values of `Timing`. */
type TimeLimit =
  'databaseQueueMs' | 'databaseStatementTimeoutMs' | 'databaseLockTimeoutMs' | 'databaseIdleTransactionTimeoutMs'

/** The options of the plugin: the settings in camel case, except those of the service. */
export type PluginSettings = Omit<GivenSettings, ServiceSetting | 'prefix'> & { prefix: string }

/** The settings with derived values. */
export interface Config extends Omit<
  Settings,
  ServiceSetting | TimeLimit | 'prefix' | 'mailFrom' | 'databasePoolSize' | 'hashConcurrency' | 'rpId' | 'rpOrigins'
> {
  /** Maximum number of connections to PostgreSQL. */
  databasePoolSize: number
  /** Maximum number of password hashes at the same time. */
  hashConcurrency: number
  /** The sender of messages. */
  mailFrom: Sender
  /** The mount's name. */
  name: string
  publicUrl: string
  databaseUrl: string
  /** The `iss` of tokens: the origin and the path of the mount. */
  issuer: string
  hashing: { memoryKib: number; passes: number; lanes: number }
  /** The domain and the origins of passkeys; undefined if they are unavailable. */
  relyingParty: RelyingParty | undefined
  /** The URL of the documentation page, if it is served. */
  docsUrl: string | undefined
  /** Milliseconds since the epoch. */
  now: () => number
  timing: Timing
}

export interface Sender {
  name: string
  address: string
}

interface Mount {
  name: string
  /** The whole path, including the prefix of the host. */
  prefix: string
  docsUrl?: string | undefined
  now: () => number
  timing?: Timing
}

export function createConfig(
  allSettings: Settings,
  { name, prefix, docsUrl, now, timing = productionTiming }: Mount,
): Config {
  const {
    databaseQueueMs = timing.databaseQueueMs,
    databaseStatementTimeoutMs: statementMs,
    databaseLockTimeoutMs: databaseLockMs = timing.databaseLockMs,
    databaseIdleTransactionTimeoutMs: databaseIdleTransactionMs = timing.databaseIdleTransactionMs,
    ...settings
  } = allSettings
  const publicUrl = publicUrlOf(settings)
  const issuer = publicUrl + prefix
  return {
    ...settings,
    name,
    publicUrl,
    issuer,
    audience: [...new Set([issuer, ...settings.audience])],
    mailFrom: parseSender(settings, publicUrl),
    masterKeyPrevious: settings.masterKeyPrevious.flatMap(spellingsOf),
    secretKeyPrevious: settings.secretKeyPrevious.flatMap(spellingsOf),
    databaseUrl: settings.databaseUrl ?? `file:${join(settings.dataDir, 'latchkey.db')}`,
    databasePoolSize: settings.databasePoolSize ?? Math.min(10 + 2 * availableParallelism(), 30),
    hashConcurrency: settings.hashConcurrency ?? defaultHashConcurrency(process.env),
    hashing: { memoryKib: settings.argon2MemoryKib, passes: settings.argon2Time, lanes: settings.argon2Parallelism },
    relyingParty: relyingPartyOf(settings, publicUrl),
    docsUrl,
    now,
    timing: {
      ...timing,
      ...(statementMs === undefined ? {} : statementLimits(statementMs, timing)),
      databaseQueueMs,
      databaseLockMs,
      databaseIdleTransactionMs,
    },
  }
}

/** A query and a request last longer than a statement may, so that PostgreSQL itself ends the statement. */
function statementLimits(databaseStatementMs: number, { databaseQueryMs, databaseRequestMs }: Timing) {
  return {
    databaseStatementMs,
    databaseQueryMs: Math.max(databaseQueryMs, databaseStatementMs + 500),
    databaseRequestMs: Math.max(databaseRequestMs, databaseStatementMs + 800),
  }
}

/** The white space around a list item can be part of the secret or of the list. */
function spellingsOf(secret: string): string[] {
  return [...new Set([secret, secret.trimStart(), secret.trimEnd(), secret.trim()])]
}

/** Warnings about secrets that work but are easily copied incorrectly. */
export function secretWarnings({
  masterKey,
  secretKey,
  algorithm,
}: Pick<Config, 'masterKey' | 'secretKey' | 'algorithm'>): string[] {
  const secrets = { MASTER_KEY: masterKey, SECRET_KEY: algorithm === 'HS256' ? secretKey : undefined }
  return Object.entries(secrets).flatMap(([name, secret]) =>
    secret === undefined || secret === secret.trim()
      ? []
      : [`${name} starts or ends with white space, which is part of the secret and easily lost when it is copied`],
  )
}

export function publicUrlOf({ publicUrl, port, tlsCert }: Settings) {
  return publicUrl ?? `${tlsCert === undefined ? 'http' : 'https'}://localhost:${port}`
}

/** A sender without a name gets that of the product. */
function parseSender({ mailFrom, productName }: Settings, publicUrl: string): Sender {
  const [, name = '', address = ''] =
    /^(?:(.*) <)?([^<>]+)>?$/.exec(mailFrom ?? `no-reply@${new URL(publicUrl).hostname}`) ?? []
  return { name: name.trim() || productName, address }
}

const settingNames = Object.keys(Settings.properties) as SettingName[]

/**
 * Reads the settings of the service from environment variables.
 * @throws {StartError} naming every invalid variable
 */
export function settingsFromEnvironment(environment: NodeJS.ProcessEnv): Settings {
  const typed: Record<string, string> = {}
  const given: Record<string, unknown> = {}
  for (const name of settingNames) {
    const text = environment[environmentName(name)]
    // Docker Compose passes an unset variable as an empty one: `SIGNUP: ${SIGNUP:-}`.
    if (text === undefined || text === '') continue
    typed[name] = text
    given[name] = parseSetting(Settings.properties[name], text)
  }
  return checkedSettings(given, { label: environmentName, typed })
}

/**
 * Reads the settings of the plugin from its options.
 * @param faults errors in the other options, to be reported together
 * @throws {StartError} naming every invalid or unknown option
 */
export function settingsFromOptions(options: PluginSettings, faults: string[] = []): Settings {
  const known: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(options)) {
    if (isPluginSetting(name)) known[name] = value
    else faults.push(`${name} is not an option of Latchkey`)
  }
  if (options.prefix === undefined) faults.push('prefix is required: it must be a path such as /auth')
  return checkedSettings(known, { label: (name) => name, typed: known }, faults)
}

/** The settings that the service passes on to the plugin. */
export function pluginSettingsOf(settings: Settings): PluginSettings {
  const { host, port, docs, corsOrigins, trustProxy, tlsCert, tlsKey, logLevel, ...others } = settings
  const { hstsIncludeSubdomains, keepAliveTimeoutSeconds, requestTimeoutSeconds, drainSeconds, ...more } = others
  const { metricsHost, metricsPort, ...rest } = more
  return rest
}

function isPluginSetting(name: string) {
  return isSettingName(name) && Settings.properties[name].service !== true
}

function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(Settings.properties, name)
}

/** How the operator gives the settings, for errors. */
interface Source {
  label: (name: SettingName) => string
  /** The values before they were parsed. */
  typed: Record<string, unknown>
}

function checkedSettings(given: Record<string, unknown>, { label, typed }: Source, faults: string[] = []): Settings {
  const settings: Record<string, unknown> = {}
  const algorithm = given.algorithm ?? Settings.properties.algorithm.default
  for (const name of settingNames) {
    const schema: TSchema = Settings.properties[name]
    const value = given[name] === undefined ? schema.default : given[name]
    if (value === undefined) continue
    settings[name] = value
    const isUsed = schema.algorithm === undefined || schema.algorithm === algorithm
    if (!isValid(schema, value, isUsed)) faults.push(describeFault(label(name), schema, typed[name] ?? value))
  }
  if ((settings.tlsCert === undefined) !== (settings.tlsKey === undefined)) {
    faults.push(`${label('tlsCert')} and ${label('tlsKey')} must be set together`)
  }
  if (settings.metrics === true && settings.metricsPort === settings.port && settings.port !== 0) {
    faults.push(`${label('metricsPort')} is ${settings.metricsPort}, like ${label('port')}: it must be another port`)
  }
  if (settings.smtpUrl !== undefined && settings.mailFrom === undefined) {
    faults.push(
      `${label('mailFrom')} is required with ${label('smtpUrl')}: it must be an e-mail address from which the server ` +
        'may send',
    )
  }
  if (typeof settings.databaseUrl === 'string' && settings.databaseUrl.startsWith('postgres')) {
    const needed: SettingName[] = settings.algorithm === 'HS256' ? ['masterKey', 'secretKey'] : ['masterKey']
    for (const name of needed.filter((name) => settings[name] === undefined)) {
      faults.push(
        `${label(name)} is required with PostgreSQL, with the same value for every instance. Set the one that the ` +
          `database was used with before. For a new database, create one with: ${secretCommand}`,
      )
    }
  }
  if (faults.length > 0) throw new StartError(faults)
  const valid = Value.Decode(Settings, settings)
  const originFault = findOriginFault(valid, publicUrlOf(valid), label)
  if (originFault !== undefined) throw new StartError([originFault])
  return valid
}

/** @param isUsed false for a setting without effect in this configuration, for which only the type is checked */
function isValid(schema: TSchema, value: unknown, isUsed: boolean): boolean {
  if (!Value.Check(schema, value)) return false
  if (Array.isArray(value) && !value.every((item) => isValid(schema.items, item, isUsed))) return false
  return !isUsed || schema.check === undefined || schema.check(value)
}

function describeFault(name: string, schema: TSchema, value: unknown) {
  const shown = schema.secret === true ? '(not shown)' : JSON.stringify(value)
  const remedy = (schema.items ?? schema).check === isStrongSecret ? `. Create one with: ${secretCommand}` : ''
  return `${name} is ${shown}: it must be ${describeAllowed(schema).replaceAll('`', '')}${remedy}`
}

/** Describes the allowed values of a setting in words. */
export function describeAllowed(schema: TSchema): string {
  if (schema.allowed !== undefined) return schema.allowed
  if (schema.anyOf !== undefined) return joinWithOr(schema.anyOf.map((word: TSchema) => word.const))
  if (schema.type === 'boolean') return joinWithOr(['on', 'off'])
  return `a whole number from ${schema.minimum} to ${schema.maximum}`
}

function joinWithOr(words: string[]) {
  return words
    .map((word) => `\`${word}\``)
    .join(', ')
    .replace(/, ([^,]*)$/, ' or $1')
}

/** `accessTokenExpireMinutes` -> `ACCESS_TOKEN_EXPIRE_MINUTES`. */
export function environmentName(name: string) {
  return name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()
}

/** Returns invalid text unchanged, so that the error can show it. */
function parseSetting(schema: TSchema, text: string): unknown {
  if (schema.type === 'integer') return /^\d{1,15}$/.test(text) ? Number(text) : text
  if (schema.type === 'boolean') return text === 'on' ? true : text === 'off' ? false : text
  if (schema.type === 'array') {
    if (text.trim() === '') return [text]
    const items = text.split(',')
    return schema.secret === true ? items : items.map((item) => item.trim())
  }
  return text
}

/** Every core hashes, but a thread of the pool remains for files and host names. */
function defaultHashConcurrency(environment: NodeJS.ProcessEnv) {
  return Math.max(1, Math.min(availableParallelism(), poolThreadsOf(environment) - 1))
}

/** libuv creates no more threads. */
const maxPoolThreads = 1024

/**
 * The threads of libuv's pool. libuv reads the variable with `atoi`: text is 0, which it takes for 1, and a negative
 * number is a large unsigned one.
 * @param environment that of the process: the pool is created before `.env` is read
 */
export function poolThreadsOf({ UV_THREADPOOL_SIZE }: NodeJS.ProcessEnv): number {
  if (UV_THREADPOOL_SIZE === undefined) return 4
  const threads = Number.parseInt(UV_THREADPOOL_SIZE, 10) || 1
  return threads < 0 ? maxPoolThreads : Math.min(threads, maxPoolThreads)
}
