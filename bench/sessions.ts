import { randomBytes } from 'node:crypto'
import { v7 as uuidv7 } from 'uuid'
import { loadOrCreateSecret } from '../src/config/index.ts'
import { createMasterKey } from '../src/keys/index.ts'
import type { SessionsTable } from '../src/store/index.ts'
import { createRefreshTokens } from '../src/tokens/index.ts'
import { insertRows, openDatabase } from './database.ts'

const day = 24 * 60 * 60 * 1000

/**
 * Adds sessions of the existing users, which started one after another during the last week. Sign-ins could not create
 * as many, because a user has at most a hundred.
 * @returns their refresh tokens in random order
 */
export async function insertSessions(dataDir: string, count: number): Promise<string[]> {
  const refreshTokens = createRefreshTokens({
    masterKey: createMasterKey(await loadOrCreateSecret(dataDir, 'master.key', false)),
  })
  const database = openDatabase(dataDir)
  const users = database.prepare<[], string>('select id from users').pluck().all()
  const begin = Date.now() - 7 * day
  const sessions = Array.from({ length: count }, (_, index) =>
    newSession(users[index % users.length] ?? '', Math.floor(begin + (7 * day * index) / count)),
  )
  insertRows(database, 'sessions', sessions)
  database.close()
  // The nonces are random, so this order is random.
  return sessions.sort((a, b) => (a.nonce < b.nonce ? -1 : 1)).map((session) => refreshTokens.issue(session))
}

/** Makes a session of a user that started at a time. */
export function newSession(userId: string, time: number): SessionsTable {
  return {
    id: uuidv7({ msecs: time }),
    user_id: userId,
    client_id: 'latchkey',
    scope: 'account',
    nonce: randomBytes(32).toString('base64url'),
    generation: 0,
    rotated_at: time,
    address: '127.0.0.1',
    user_agent: null,
    device_id: null,
    late_refreshes: null,
    created_at: time,
    used_at: time,
    expires_at: time + 14 * day,
    authenticated_at: time,
    methods: 'pwd',
  }
}
