import { registerUsers, timeOf } from './crowd.ts'
import { openDatabase } from './database.ts'
import { form, json, withHeaders } from './forms.ts'
import { type Service, startService } from './processes.ts'
import { figure, median, type Part, verdict } from './report.ts'

const samples = 200
const warmUp = 10
const maxDifference = 0.02

/** More failures with unknown names than the audit log records per minute, so that further ones write no event. */
const floodSize = 70

/** The flood is repeated, because the service counts per minute. */
const samplesPerFlood = 50

/** Users whose wrong passwords are measured in turn, so that none of them is locked. */
const guessedUsers = 5

/** The consecutive failures that lock an account on unknown networks and devices. */
const maxFailuresInARow = 100

type Request = ReturnType<typeof form | typeof json>

/** Requests, grouped by the kind of user that they name. The first group names an unknown user. */
interface Question {
  name: string
  /** Creates the n-th request. */
  groups: Record<string, (n: number) => Request>
  /** If given, only responses with this status are measured. */
  status?: number
}

/** Compares response times for existing and unknown accounts (case P1). */
export async function measureEnumeration(dataDir: string): Promise<Part> {
  const service = await startService(dataDir, {
    LOG_LEVEL: 'warn',
    TRUST_PROXY: '127.0.0.1',
    MAIL_REQUESTS_PER_HOUR: '1000000',
  })
  const [known = '', disabled = '', broken = '', locked = '', ...others] = await registerUsers(
    service,
    3 + guessedUsers,
  )
  const database = openDatabase(dataDir)
  database.prepare('update users set email_verified = 1').run()
  database.prepare('update users set disabled = 1 where username = ?').run(disabled)
  database.prepare("update users set password_hash = 'nonsense' where username = ?").run(broken)
  database.close()

  const wrong = 'a password that is not theirs'
  const right = 'correct horse battery staple'
  const signIn = (username: string, password: string) => form('/auth/token', { username, password })
  // Each sign-in comes from a different network. Otherwise they would soon be throttled.
  const signInFrom = (n: number, username: string, password: string) =>
    from(`20.${n >> 8}.${n & 255}.7`, signIn(username, password))
  const guessedUser = (n: number) => [known, ...others][n % guessedUsers] ?? known
  for (let n = 0; n < maxFailuresInARow; n++) await timeOf(service, signInFrom(1000 + n, locked, wrong))
  const ask = (path: string, username: string) => json(path, { username })
  const register = (username: string, email: string) => json('/auth/users', { username, email, password: right })
  const questions: Question[] = [
    {
      name: 'a rejected sign-in',
      groups: {
        'unknown user': (n) => signInFrom(n, `nobody${n}`, wrong),
        'a wrong password': (n) => signInFrom(n, guessedUser(n), wrong),
        'a wrong password by e-mail': (n) => signInFrom(n, `${guessedUser(n)}@example.com`, wrong),
        disabled: (n) => signInFrom(n, disabled, right),
        'an unreadable hash': (n) => signInFrom(n, broken, right),
        locked: (n) => signInFrom(n, locked, right),
      },
    },
    {
      name: 'a throttled sign-in',
      status: 429,
      groups: {
        'unknown user': () => signIn('nobody', wrong),
        'by username': () => signIn(known, wrong),
        'by e-mail': () => signIn(`${known}@example.com`, wrong),
        locked: () => signIn(locked, wrong),
      },
    },
    {
      name: 'a reset request',
      groups: {
        'unknown user': (n) => ask('/auth/password-reset', `nobody${n}`),
        'by username': () => ask('/auth/password-reset', known),
        'by e-mail': () => ask('/auth/password-reset', `${known}@example.com`),
        disabled: () => ask('/auth/password-reset', disabled),
      },
    },
    {
      name: 'a verification request',
      groups: {
        'unknown user': (n) => ask('/auth/email-verification', `nobody${n}`),
        'by username': () => ask('/auth/email-verification', known),
        'by e-mail': () => ask('/auth/email-verification', `${known}@example.com`),
      },
    },
    {
      name: 'a registration',
      groups: {
        'an unused address': (n) => register(`new${n}`, `new${n}@example.com`),
        'an address in use': (n) => register(`newer${n}`, `${known}@example.com`),
      },
    },
  ]
  const verdicts: string[][] = []
  const flood = async () => {
    for (let n = 0; n < floodSize; n++) await timeOf(service, signInFrom(2000 + n, `flood${n}`, wrong))
  }
  for (const question of questions) verdicts.push(...(await compare(service, question, flood)))
  await service.stop()
  return { verdicts }
}

async function compare(
  service: Service,
  { name, groups, status: wanted }: Question,
  flood: () => Promise<void>,
): Promise<string[][]> {
  const entries = Object.entries(groups)
  const times = new Map(entries.map(([group]) => [group, new Array<number>()]))
  for (let n = 0; n < warmUp + samples; n++) {
    if (n % samplesPerFlood === 0) await flood()
    // The groups take turns at going first, because each request affects the next one.
    for (const [group, requestOf] of [...entries.slice(n % entries.length), ...entries.slice(0, n % entries.length)]) {
      const { status, milliseconds } = await timeOf(service, requestOf(n))
      if (n >= warmUp && (wanted === undefined || status === wanted)) times.get(group)?.push(milliseconds)
    }
  }
  const [reference = NaN, ...others] = [...times.values()].map(median)
  const [referenceGroup, ...named] = times.keys()
  return named.map((group, index) => {
    const own = others[index] ?? NaN
    const ratio = own / reference
    console.log(`${name}, ${group}: ${figure(own)} ms; ${referenceGroup}: ${figure(reference)} ms`)
    return [
      `Time of ${name}: ${group}`,
      `${figure(own)} ms`,
      `${referenceGroup}: ${figure(reference)} ms`,
      ratio.toFixed(3),
      '0.98 to 1.02',
      verdict(Math.abs(ratio - 1) <= maxDifference),
    ]
  })
}

function from(address: string, request: Request) {
  return withHeaders(request, { 'x-forwarded-for': address })
}
