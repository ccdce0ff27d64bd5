import { startService, type Service } from './processes.ts'

/** Hashing is not what is measured with them: the cheapest that is allowed. */
export const cheapHashes = { ARGON2_MEMORY_KIB: '7168', ARGON2_TIME: '1' }

export const password = 'correct horse battery staple'

export interface Crowd {
  /** The data folder in which they are. */
  dataDir: string
  usernames: string[]
  /** An access token for each. */
  tokens: string[]
}

/** A database with so many users, each signed in once. Their names are of one length. */
export async function createCrowd (dataDir: string, size: number): Promise<Crowd> {
  const service = await startService(dataDir, { ...cheapHashes, LOG_LEVEL: 'warn' })
  const usernames = await registerUsers(service, size)
  const tokens: string[] = []
  for (const username of usernames) tokens.push(await signIn(service, username))
  await service.stop()
  return { dataDir, usernames, tokens }
}

export async function registerUsers (service: Service, size: number) {
  const usernames = Array.from({ length: size }, (_, index) => `user${String(index).padStart(4, '0')}`)
  for (const username of usernames) {
    await post(service, '/auth/users', JSON.stringify({ username, password, email: `${username}@example.com`, name: 'Ada Lovelace' }), 'application/json')
  }
  return usernames
}

export function signInForm (username: string) {
  return new URLSearchParams({ grant_type: 'password', username, password }).toString()
}

export async function signIn (service: Service, username: string): Promise<string> {
  const response = await post(service, '/auth/token', signInForm(username), 'application/x-www-form-urlencoded')
  return JSON.parse(await response.text()).access_token
}

export function getMe ({ url }: { url: string }, token: string) {
  return fetch(`${url}/auth/users/me`, { headers: { authorization: `Bearer ${token}` } })
}

async function post ({ url }: Service, path: string, body: string, type: string) {
  const response = await fetch(url + path, { method: 'POST', body, headers: { 'content-type': type } })
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
  return response
}
