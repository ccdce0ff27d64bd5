import t from 'tap'
import { createMasterKey } from '../../src/keys/master-key.ts'
import { build, createClock, onBoth, query, secretFor, signIn } from '../support/build.ts'
import { codeAt, enrolled, outcomeOf } from '../support/factors.ts'
import { masterKey as previousKey, placeOf } from '../support/forged-tokens.ts'

const currentKey = secretFor('the next master key')

onBoth(t, 'factors survive a change of MASTER_KEY, and then do not need the previous one', async (t, database) => {
  const place = await placeOf(t, database)
  const clock = createClock()
  const serve = (keys: NodeJS.ProcessEnv) => build(t, { environment: { ...place, ...keys }, clock })
  const { app: first } = await serve({})
  const ada = await enrolled(first, clock, 'ada')
  // More than one batch. Their secrets cannot be decrypted, which must not stop the start.
  const [{ user_id: userId } = { user_id: '' }] = await query<{ user_id: string }>(
    place.DATABASE_URL,
    'select user_id from totp_devices',
  )
  const rows = Array.from({ length: 501 }, (_, index) => `('${index}', '${userId}', 'x', '1.x', 0, 0, null)`)
  const columns = 'id, user_id, name, sealed, last_step, created_at, confirmed_at'
  await query(place.DATABASE_URL, `insert into totp_devices (${columns}) values ${rows.join()}`)
  await first.close()

  const { app: second } = await serve({ MASTER_KEY: currentKey, MASTER_KEY_PREVIOUS: previousKey })
  await second.close()
  const sealed = await query<{ sealed: string; owner: string; purpose: string }>(
    place.DATABASE_URL,
    "select sealed, id as owner, 'totp secrets' as purpose from totp_devices where confirmed_at is not null " +
      "union all select sealed, user_id as owner, 'recovery codes' as purpose from recovery_codes",
  )
  t.equal(sealed.length, 2)
  for (const { sealed: text, owner, purpose } of sealed) {
    t.type(createMasterKey(currentKey).open(purpose, owner, text), 'string', purpose)
    t.equal(createMasterKey(previousKey).open(purpose, owner, text), undefined, purpose)
  }

  const { app: third } = await serve({ MASTER_KEY: currentKey })
  t.equal(outcomeOf(await signIn(third, 'ada', { otp: codeAt(ada.secret, clock.now()) })), '200')
  t.equal(outcomeOf(await signIn(third, 'ada', { otp: ada.recoveryCodes[3] ?? '' })), '200')
})
