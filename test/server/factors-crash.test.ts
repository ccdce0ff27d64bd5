// @lane processes
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { build, query, secretFor, signIn } from '../support/build.ts'
import { codeAt, outcomeOf } from '../support/factors.ts'
import { signedUpAt, start } from '../support/spawn.ts'

interface UserRow {
  username: string
  second_factors: number
  factors_version: number
  confirmed: number
  codes_left: number | null
  sessions: number
}

/** The factors and sessions of each user, as they are stored. */
function rowsIn(data: string): Promise<UserRow[]> {
  return query<UserRow & Record<string, unknown>>(
    `file:${join(data, 'latchkey.db')}`,
    `select username, second_factors, factors_version,
      (select count(*) from totp_devices where user_id = users.id and confirmed_at is not null) as confirmed,
      (select codes_left from recovery_codes where user_id = users.id) as codes_left,
      (select count(*) from sessions where user_id = users.id) as sessions
    from users`,
  )
}

/** Sends a request. @returns undefined when the service does not answer any longer */
async function send<Body>(url: string, init: RequestInit): Promise<Body | undefined> {
  try {
    const response = await fetch(url, { method: 'POST', ...init })
    const text = await response.text()
    if (!response.ok) throw new Error(text)
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}

/** A user of a service, who adds authenticator apps and uses recovery codes. */
async function userAt(url: string, username: string) {
  const token = await signedUpAt(url, username)
  const own = <Body>(path: string, body: object) =>
    send<Body>(`${url}/auth/users/me/totp${path}`, {
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  return {
    username,
    /** The codes whose use was answered. */
    answered: new Array<string>(),
    recoveryCodes: new Array<string>(),

    /** Adds and confirms an app. @returns the code that was used; undefined when the service does not answer */
    async addApp(): Promise<string | undefined> {
      const added = await own<{ id: string; secret: string }>('', { name: 'Phone' })
      if (added === undefined) return undefined
      const otp = codeAt(added.secret, Date.now())
      const confirmed = await own<{ recovery_codes?: string[] }>(`/${added.id}/confirm`, { otp })
      if (confirmed === undefined) return undefined
      this.recoveryCodes.push(...(confirmed.recovery_codes ?? []))
      return otp
    },

    signIn: (otp: string) =>
      send<object>(`${url}/auth/token`, {
        body: new URLSearchParams({ username, password: secretFor(username), otp }),
      }),
  }
}

type User = Awaited<ReturnType<typeof userAt>>

/** @returns users of a service that is killed while they add apps, or sign in with recovery codes */
async function killedMeanwhile(t: Test, environment: NodeJS.ProcessEnv) {
  const service = await start(t, { environment })
  const { url } = await service.ready()
  const signingIn = await Promise.all(['ada', 'bob', 'cleo'].map((name) => userAt(url, name)))
  for (const user of signingIn) await user.addApp()
  const adding = await Promise.all(['dora', 'eve', 'fay'].map((name) => userAt(url, name)))

  let answers = 0
  const until = async (user: User, steps: (() => Promise<string | undefined>)[]) => {
    for (const step of steps) {
      const code = await step()
      if (code === undefined) return
      user.answered.push(code)
      if (++answers === 12) service.kill('SIGKILL')
    }
  }
  await Promise.all([
    ...signingIn.map((user) =>
      until(
        user,
        user.recoveryCodes.map((code) => async () => ((await user.signIn(code)) === undefined ? undefined : code)),
      ),
    ),
    ...adding.map((user) => until(user, Array(5).fill(user.addApp.bind(user)))),
  ])
  t.match(await service.exited, { signal: 'SIGKILL' })
  t.ok(answers < 45, 'requests were in flight')
  return { signingIn, adding, data: join(service.folder, 'data') }
}

t.test(
  'after a kill, no answered code works again, and each change of factors is complete or absent (T2)',
  async (t) => {
    const environment = { SIGN_IN_ATTEMPTS: '100', HASH_QUEUE_MS: '60000' }
    const { signingIn, adding, data } = await killedMeanwhile(t, environment)
    const rows = await rowsIn(data)
    const rowOf = ({ username }: User) => rows.find((row) => row.username === username)!
    const database = { DATA_DIR: data, DATABASE_URL: `file:${join(data, 'latchkey.db')}` }
    const { app } = await build(t, { environment: { ...database, ...environment } })
    const signedIn = async ({ username }: User, otp: string) => outcomeOf(await signIn(app, username, { otp }))

    for (const user of signingIn) {
      const { codes_left: left, sessions, confirmed } = rowOf(user)
      const used = 10 - (left ?? 0)
      t.equal(confirmed, 1)
      t.equal(sessions, 1 + used, 'each used code has started a session')
      t.ok(used === user.answered.length || used === user.answered.length + 1, 'at most one was not answered')
      for (const [index, code] of user.recoveryCodes.entries()) {
        if (index > used) break
        t.equal(await signedIn(user, code), index < used ? '400 invalid_otp' : '200', `code ${index} of ${used} used`)
      }
    }
    for (const user of adding) {
      const { second_factors: counted, factors_version: version, confirmed, codes_left: left } = rowOf(user)
      t.ok(confirmed === user.answered.length || confirmed === user.answered.length + 1, 'at most one was not answered')
      t.strictSame([counted, version, left], [confirmed, confirmed, confirmed === 0 ? null : 10])
      for (const code of user.answered) t.equal(await signedIn(user, code), '400 invalid_otp')
    }
  },
)
