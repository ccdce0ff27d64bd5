import { cp } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { form, json, withHeaders } from './forms.ts'
import { type Service, startService } from './processes.ts'
import type { WireRequest } from './wire.ts'

/** The cheapest hashes that the settings allow, because hashing is not measured here. */
export const cheapHashes = { ARGON2_MEMORY_KIB: '7168', ARGON2_TIME: '1' }

/** The password of all users. */
export const password = 'correct horse battery staple'

/** A user and the network from which they sign in. */
export interface Person {
  username: string
  headers: Record<string, string>
}

export interface Crowd {
  /** The data folder with these users. */
  dataDir: string
  usernames: string[]
  /** One access token per user. */
  tokens: string[]
  /** The refresh token of the same session. */
  refreshTokens: string[]
}

/** Creates a database with this many users, each signed in once. */
export async function createCrowd(dataDir: string, size: number): Promise<Crowd> {
  const service = await startCheaply(dataDir)
  const usernames = await registerUsers(service, size)
  const tokens: string[] = []
  const refreshTokens: string[] = []
  for (const username of usernames) {
    const { access_token: token, refresh_token: refreshToken } = await signIn(service, username)
    tokens.push(token)
    refreshTokens.push(refreshToken)
  }
  await service.stop()
  return { dataDir, usernames, tokens, refreshTokens }
}

/**
 * Copies the crowd for a measurement that changes it.
 * @returns the path of the new data folder
 */
export async function copyCrowd(crowd: Crowd, dataDir: string) {
  await cp(crowd.dataDir, dataDir, { recursive: true })
  return dataDir
}

export function startCheaply(dataDir: string, level = 'warn') {
  return startService(dataDir, { ...cheapHashes, LOG_LEVEL: level })
}

/** Makes users who each sign in from a network of their own. */
export function peopleOnOwnNetworks(size: number): Person[] {
  return userNames(size).map((username, index) => ({ username, headers: headersOfNetwork(index) }))
}

/** Makes the headers of a proxy for a client in a network with this number. */
export function headersOfNetwork(index: number) {
  return { 'x-forwarded-for': `20.${index >> 8}.${index & 255}.7` }
}

/** Registers users, as many at once as there are cores. */
export async function registerPeople(service: Service, people: Person[]) {
  await inTurns(people, ({ username, headers }) => register(service, username, headers))
}

/** Does something with each item, for as many at once as there are cores. */
export async function inTurns<Item>(items: Item[], work: (item: Item) => Promise<unknown>) {
  const left = [...items]
  await Promise.all(
    Array.from({ length: availableParallelism() }, async () => {
      for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item)
    }),
  )
}

/** The request with which a user signs in from their network. */
export function signInOf({ username, headers }: Person) {
  return withHeaders(signInForm(username), headers)
}

export async function registerUsers(service: Service, size: number) {
  const usernames = userNames(size)
  for (const username of usernames) await register(service, username)
  return usernames
}

/** Makes usernames of equal length. */
export function userNames(size: number) {
  return Array.from({ length: size }, (_, index) => `user${String(index).padStart(4, '0')}`)
}

export function register(service: Service, username: string, headers: Record<string, string> = {}) {
  return post(service, registrationOf({ username, headers }))
}

/** The request with which a user registers from their network. */
export function registrationOf({ username, headers }: Person) {
  const account = { username, password, email: `${username}@example.com`, name: 'Ada Lovelace' }
  return withHeaders(json('/auth/users', account), headers)
}

export function signInForm(username: string, more: Record<string, string> = {}) {
  return form('/auth/token', { grant_type: 'password', username, password, ...more })
}

export async function signIn(
  service: Service,
  username: string,
  headers: Record<string, string> = {},
): Promise<{ access_token: string; refresh_token: string }> {
  const response = await post(service, signInOf({ username, headers }))
  return JSON.parse(await response.text())
}

export function getMe({ url }: { url: string }, token: string) {
  return fetch(`${url}/auth/users/me`, { headers: { authorization: `Bearer ${token}` } })
}

/** Sends a request and measures the time until the response is complete. */
export async function timeOf({ url }: { url: string }, { path, ...request }: WireRequest) {
  const begin = performance.now()
  const response = await fetch(url + path, request)
  await response.arrayBuffer()
  return { status: response.status, milliseconds: performance.now() - begin }
}

async function post({ url }: Service, { path, ...request }: ReturnType<typeof form | typeof json>) {
  const response = await fetch(url + path, request)
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
  return response
}
