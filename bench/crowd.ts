import { cp } from 'node:fs/promises'
import { form } from './forms.ts'
import { type Service, startService } from './processes.ts'

/** The cheapest hashes that the settings allow, because hashing is not measured here. */
export const cheapHashes = { ARGON2_MEMORY_KIB: '7168', ARGON2_TIME: '1' }

const password = 'correct horse battery staple'

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
  return post(service, {
    path: '/auth/users',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ username, password, email: `${username}@example.com`, name: 'Ada Lovelace' }),
  })
}

export function signInForm(username: string, more: Record<string, string> = {}) {
  return form('/auth/token', { grant_type: 'password', username, password, ...more })
}

export async function signIn(
  service: Service,
  username: string,
): Promise<{ access_token: string; refresh_token: string }> {
  const response = await post(service, signInForm(username))
  return JSON.parse(await response.text())
}

export function getMe({ url }: { url: string }, token: string) {
  return fetch(`${url}/auth/users/me`, { headers: { authorization: `Bearer ${token}` } })
}

async function post({ url }: Service, { path, ...request }: Omit<ReturnType<typeof form>, 'method'>) {
  const response = await fetch(url + path, { ...request, method: 'POST' })
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
  return response
}
