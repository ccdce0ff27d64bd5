import { registerUsers } from './crowd.ts'
import { openDatabase } from './database.ts'
import { form, json } from './forms.ts'
import { startService, type Service } from './processes.ts'
import { figure, median, verdict, type Part } from './report.ts'

const samples = 200
const warmUp = 10
const mostDifference = 0.05

type Request = ReturnType<typeof form | typeof json>

/** Whom a stranger asks about; the first is nobody. */
interface Question {
  name: string
  /** How it is asked, the n-th time. */
  groups: Record<string, (n: number) => Request>
}

/** How far apart the times of answers are for accounts that there are and those that there are not (case P1). */
export async function measureEnumeration (dataDir: string): Promise<Part> {
  const service = await startService(dataDir, { LOG_LEVEL: 'warn' })
  const [known = '', disabled = '', broken = ''] = await registerUsers(service, 3)
  const database = openDatabase(dataDir)
  database.prepare('update users set email_verified = 1').run()
  database.prepare('update users set disabled = 1 where username = ?').run(disabled)
  database.prepare("update users set password_hash = 'nonsense' where username = ?").run(broken)
  database.close()

  const wrong = 'a password that is not theirs'
  const right = 'correct horse battery staple'
  const signIn = (username: string, password: string) => form('/auth/token', { username, password })
  const ask = (path: string, username: string) => json(path, { username })
  const register = (username: string, email: string) => json('/auth/users', { username, email, password: right })
  const questions: Question[] = [
    {
      name: 'a sign-in that fails',
      groups: {
        nobody: (n) => signIn(`nobody${n}`, wrong),
        'a wrong password': () => signIn(known, wrong),
        'a wrong password by e-mail': () => signIn(`${known}@example.com`, wrong),
        disabled: () => signIn(disabled, right),
        'a hash that cannot be read': () => signIn(broken, right),
      },
    },
    {
      name: 'a request for a new password',
      groups: {
        nobody: (n) => ask('/auth/password-reset', `nobody${n}`),
        'by username': () => ask('/auth/password-reset', known),
        'by e-mail': () => ask('/auth/password-reset', `${known}@example.com`),
        disabled: () => ask('/auth/password-reset', disabled),
      },
    },
    {
      name: 'a request for a verification mail',
      groups: {
        nobody: (n) => ask('/auth/email-verification', `nobody${n}`),
        'by username': () => ask('/auth/email-verification', known),
        'by e-mail': () => ask('/auth/email-verification', `${known}@example.com`),
      },
    },
    {
      name: 'a registration',
      groups: {
        'an address of nobody': (n) => register(`new${n}`, `new${n}@example.com`),
        'an address of somebody': (n) => register(`newer${n}`, `${known}@example.com`),
      },
    },
  ]
  const verdicts: string[][] = []
  for (const question of questions) verdicts.push(...await compare(service, question))
  await service.stop()
  return { verdicts }
}

async function compare (service: Service, { name, groups }: Question): Promise<string[][]> {
  const entries = Object.entries(groups)
  const times = new Map(entries.map(([group]) => [group, new Array<number>()]))
  for (let n = 0; n < warmUp + samples; n++) {
    // Another one begins each time: what comes before leaves its traces.
    for (const [group, requestOf] of [...entries.slice(n % entries.length), ...entries.slice(0, n % entries.length)]) {
      const milliseconds = await timeOf(service, requestOf(n))
      if (n >= warmUp) times.get(group)?.push(milliseconds)
    }
  }
  const [reference = NaN, ...others] = [...times.values()].map(median)
  const [nobody, ...named] = times.keys()
  return named.map((group, index) => {
    const own = others[index] ?? NaN
    const ratio = own / reference
    console.log(`${name}, ${group}: ${figure(own)} ms; ${nobody}: ${figure(reference)} ms`)
    return [`Time of ${name}: ${group}`, `${figure(own)} ms`, `${nobody}: ${figure(reference)} ms`, ratio.toFixed(3), '0.95 to 1.05', verdict(Math.abs(ratio - 1) <= mostDifference)]
  })
}

async function timeOf ({ url }: Service, { path, ...request }: Request): Promise<number> {
  const begin = performance.now()
  const response = await fetch(url + path, request)
  await response.arrayBuffer()
  return performance.now() - begin
}
