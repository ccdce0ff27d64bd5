import { v7 as uuidv7 } from 'uuid'
import { loadOrCreateSecret } from '../src/config/index.ts'
import { sealedDevices } from '../src/factors/totp-devices.ts'
import { createMasterKey } from '../src/keys/index.ts'
import type { KnownNetworksTable, TotpDevicesTable, UsersTable } from '../src/store/schema.ts'
import { cheapHashes, registerUsers, userNames } from './crowd.ts'
import { insertRows, openDatabase } from './database.ts'
import type { Load, SignInWork } from './load.ts'
import { startHelper, startService } from './processes.ts'
import { median, type Part, spread, verdict } from './report.ts'
import { detailsOf, rateOf, ratiosOf, takeTurns } from './rounds.ts'

const seconds = 5
const inFlight = 8
const leastRatio = 0.97

/** A user with an authenticator app signs in once per round, because each code is accepted once. */
const maxSignInsPerRound = 5000

/** The secret of all authenticator apps, in base32. */
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

/** Compares sign-ins with a password and a code in one request with those of users without a second factor. */
export async function measureTotp(dataDir: string): Promise<Part> {
  const usual = await signInsWithAndWithout(`${dataDir}-usual`)
  const cheap = await signInsWithAndWithout(`${dataDir}-cheap`, cheapHashes)
  return {
    verdicts: [
      [
        ...usual.cells(`Sign-ins with TOTP, default hashing cost, ${inFlight} at once`),
        `≥ ${leastRatio}`,
        verdict(median(usual.ratios) >= leastRatio),
      ],
      [...cheap.cells('the same with the cheapest hashes'), '', ''],
    ],
    details: [...usual.details('default hashing cost'), ...cheap.details('cheapest hashes')],
  }
}

async function signInsWithAndWithout(dataDir: string, environment: NodeJS.ProcessEnv = {}) {
  const service = await startService(dataDir, { LOG_LEVEL: 'warn', HASH_QUEUE_MS: '10000', ...environment })
  await registerUsers(service, 1)
  const usernames = await insertUsers(dataDir)
  const generator = startHelper('load.ts')
  const load = (work: SignInWork) => generator.ask<Load>({ url: service.url, connections: inFlight, seconds, work })
  const [without = [], own = []] = await takeTurns([
    {
      name: 'without TOTP',
      pid: service.pid,
      run: () => load({ kind: 'sign-ins', usernames: usernames.without }),
    },
    {
      name: 'with TOTP',
      pid: service.pid,
      run: () => {
        forgetUsedCodes(dataDir)
        return load({ kind: 'sign-ins', usernames: usernames.withTotp, secret })
      },
    },
  ])
  await Promise.all([generator, service].map((process) => process.stop()))
  const ratios = ratiosOf(own, without)
  return {
    ratios,
    cells: (name: string) => [name, rateOf(own), `without TOTP ${rateOf(without)}`, spread(ratios)],
    details: (cost: string) => [
      detailsOf(`\`POST /auth/token\` without TOTP, ${cost}`, without),
      detailsOf(`\`POST /auth/token\` with TOTP, ${cost}`, own),
    ],
  }
}

/**
 * Copies the registered user, who has signed in from this network. Registering as many would take minutes.
 * @returns the names of the copies
 */
async function insertUsers(dataDir: string) {
  const masterKey = createMasterKey(await loadOrCreateSecret(dataDir, 'master.key', false))
  const database = openDatabase(dataDir)
  const original = database.prepare<[], UsersTable>('select * from users').get()
  const network = database.prepare<[], KnownNetworksTable>('select * from known_networks').get()
  if (original === undefined || network === undefined) throw new Error('There is no user to copy.')
  const names = userNames(2 * maxSignInsPerRound).map((name) => `copy-${name}`)
  const time = Date.now()
  const users = names.map((name, index) => ({
    ...original,
    id: uuidv7(),
    username: name,
    username_fold: name,
    email: null,
    email_fold: null,
    second_factors: index < maxSignInsPerRound ? 1 : 0,
  }))
  const devices = users.slice(0, maxSignInsPerRound).map(({ id: userId }): TotpDevicesTable => {
    const id = uuidv7()
    const sealed = masterKey.seal(sealedDevices.purpose, id, secret)
    const times = { created_at: time, confirmed_at: time, used_at: null }
    return { id, user_id: userId, name: 'Phone', sealed, last_step: 0, ...times }
  })
  insertRows(database, 'users', users)
  insertRows(
    database,
    'known_networks',
    users.map(({ id }) => ({ ...network, user_id: id, first_sign_in_at: time })),
  )
  insertRows(database, 'totp_devices', devices)
  database.close()
  return { withTotp: names.slice(0, maxSignInsPerRound), without: names.slice(maxSignInsPerRound) }
}

/** Makes the codes of the current time step usable in another round. */
function forgetUsedCodes(dataDir: string) {
  const database = openDatabase(dataDir)
  database.prepare('update totp_devices set last_step = 0').run()
  database.close()
}
