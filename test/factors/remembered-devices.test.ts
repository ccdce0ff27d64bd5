import { decodeJwt } from 'jose'
import t, { type Test } from 'tap'
import {
  buildWithSql,
  day,
  minute,
  postForm,
  secretFor,
  signIn,
  type Clock,
  type TokenResponse,
} from '../support/build.ts'
import { ask } from '../support/administration.ts'
import {
  addDevice,
  asUser,
  codeAt,
  enrolled,
  mfaGrant,
  mfaTokenOf,
  outcomeOf,
  step,
  wrongCodeAt,
} from '../support/factors.ts'

type Built = Awaited<ReturnType<typeof buildRemembering>>

function buildRemembering(t: Test, environment: NodeJS.ProcessEnv = {}) {
  return buildWithSql(t, 'sqlite', { REMEMBER_SECOND_FACTOR_DAYS: '30', ...environment })
}

/** Signs in with a code. @returns the tokens, whose device is remembered */
async function remembered({ app, clock }: Pick<Built, 'app'> & { clock: Clock }, secret: string) {
  const otp = codeAt(secret, clock.now())
  const tokens = (await signIn(app, 'ada', { otp, remember_device: 'true' })).json<TokenResponse>()
  clock.advance(step)
  return tokens
}

/** Signs in with the password and a device token alone. */
const signInOn = ({ app }: Pick<Built, 'app'>, deviceToken: string, more: Record<string, string> = {}) =>
  signIn(app, 'ada', { device_token: deviceToken, ...more })

t.test('a remembered device needs no code for 30 days after the last one', async (t) => {
  const built = await buildRemembering(t)
  const { app, clock } = built
  const { secret } = await enrolled(app, clock, 'ada')
  const first = await remembered(built, secret)
  const elsewhere = await signIn(app, 'ada')
  t.equal(outcomeOf(elsewhere), '403 mfa_required', 'on another device')
  t.match(elsewhere.json(), { remember_device_days: 30 })

  clock.advance(29 * day)
  const second = await signInOn(built, first.device_token)
  t.equal(outcomeOf(second), '200')
  const { access_token: token, device_token: next } = second.json<TokenResponse>()
  t.match(decodeJwt(token), { amr: ['pwd'], acr: 'aal1' }, 'the second factor was not used')
  const exported = await asUser(app, token, 'GET', '/export')
  t.equal(outcomeOf(exported), '401 insufficient_user_authentication', 'no step-up')
  t.match(exported.headers['www-authenticate'], /acr_values="aal2"/)
  const { events } = (await asUser(app, token, 'GET', '/events')).json<{ events: object[] }>()
  t.match(events[0], { event: 'signed_in', details: { second_factor: 'remembered_device' } })

  clock.advance(-30 * day)
  t.equal(outcomeOf(await signInOn(built, next)), '403 mfa_required', 'the clock was set back to before the last code')
  clock.advance(31 * day - step)
  for (const deviceToken of [first.device_token, next]) {
    t.equal(
      outcomeOf(await signInOn(built, deviceToken)),
      '403 mfa_required',
      'a sign-in without a code prolongs nothing',
    )
  }
  t.equal(outcomeOf(await signInOn(built, next, { otp: wrongCodeAt(secret, clock.now()) })), '400 invalid_otp')
})

t.test('a device is remembered only if the user wants it, and the setting allows it', async (t) => {
  const built = await buildRemembering(t)
  const { app, clock } = built
  const { secret } = await enrolled(app, clock, 'ada')
  const finish = async (deviceToken: string, more: Record<string, string>) => {
    clock.advance(step)
    const mfa_token = await mfaTokenOf(app, 'ada', deviceToken === '' ? {} : { device_token: deviceToken, scope: '' })
    const form = { grant_type: mfaGrant, mfa_token, otp: codeAt(secret, clock.now()), ...more }
    return (await postForm(app, '/auth/token', form)).json<TokenResponse>().device_token
  }
  const no = await finish('', {})
  t.equal(outcomeOf(await signInOn(built, no)), '403 mfa_required')
  t.equal(outcomeOf(await signInOn(built, await finish(no, { remember_device: 'false' }))), '403 mfa_required')
  const yes = await finish(no, { remember_device: 'true' })
  t.equal(outcomeOf(await signInOn(built, yes)), '200')
  clock.advance(step)
  const otp = codeAt(secret, clock.now())
  const { device_token: last } = (await signInOn(built, yes, { otp })).json<TokenResponse>()
  t.equal(outcomeOf(await signInOn(built, last)), '403 mfa_required', 'the latest answer counts')

  const other = await buildRemembering(t, { REMEMBER_SECOND_FACTOR_DAYS: '0' })
  const { secret: otherSecret } = await enrolled(other.app, other.clock, 'ada')
  const { device_token: deviceToken } = await remembered(other, otherSecret)
  const notRemembered = await signInOn(other, deviceToken)
  t.equal(outcomeOf(notRemembered), '403 mfa_required')
  t.notMatch(notRemembered.json(), { remember_device_days: Number }, 'apps need not offer it')
})

t.test('a change of the password or the factors ends the remembering', async (t) => {
  const changes: Record<string, (built: Built, token: string) => Promise<unknown>> = {
    'another factor': ({ app, clock }, token) => addDevice(app, clock, token, 'Tablet'),
    'new recovery codes': ({ app }, token) => asUser(app, token, 'POST', '/recovery-codes'),
  }
  const built = await buildRemembering(t)
  const { app, clock } = built
  const { secret } = await enrolled(app, clock, 'ada')
  for (const [name, change] of Object.entries(changes)) {
    const { access_token: token, device_token: deviceToken } = await remembered(built, secret)
    t.equal(outcomeOf(await signInOn(built, deviceToken)), '200')
    await change(built, token)
    t.equal(outcomeOf(await signInOn(built, deviceToken)), '403 mfa_required', name)
  }
  const { access_token: token, device_token: deviceToken } = await remembered(built, secret)
  const same = { current_password: secretFor('ada'), new_password: secretFor('ada') }
  const changed = (await asUser(app, token, 'POST', '/password', same)).json<TokenResponse>()
  for (const each of [deviceToken, changed.device_token]) {
    t.equal(outcomeOf(await signInOn(built, each)), '403 mfa_required', 'another password, even if it is the same')
  }
})

t.test('administration scopes and required second factors need a code on every device', async (t) => {
  const built = await buildRemembering(t)
  const { app, change, clock } = built
  const { secret } = await enrolled(app, clock, 'ada')
  await change("update users set scopes = 'users:read posts:write'")
  const { device_token: deviceToken } = await remembered(built, secret)
  const scope = 'account users:read'
  t.equal(outcomeOf(await signInOn(built, deviceToken, { scope })), '403 mfa_required')
  const usual = (await signInOn(built, deviceToken)).json<TokenResponse>()
  t.equal(usual.scope, 'account posts:write')
  t.equal(outcomeOf(await ask(app, usual.access_token, 'GET', '/users')), '403 insufficient_scope')
  clock.advance(minute)
  const otp = codeAt(secret, clock.now())
  t.equal((await signInOn(built, deviceToken, { scope, otp })).json<TokenResponse>().scope, scope)

  const strict = await buildRemembering(t, { REQUIRE_SECOND_FACTOR: 'all' })
  const { secret: strictSecret } = await enrolled(strict.app, strict.clock, 'ada')
  const { device_token: strictToken } = await remembered(strict, strictSecret)
  const required = await signInOn(strict, strictToken)
  t.equal(outcomeOf(required), '403 mfa_required')
  t.notMatch(required.json(), { remember_device_days: Number }, 'apps need not offer it')
})
