// Uses every grant with simple-oauth2, and prints what it gets.
import { ClientCredentials, ResourceOwnerPassword } from 'simple-oauth2'

const { ISSUER, USERNAME, PASSWORD, CLIENT_ID, CLIENT_SECRET, EVE_PASSWORD, FIRST_OTP, SECOND_OTP } = process.env
const { origin, pathname } = new URL(ISSUER)
const auth = { tokenHost: origin, tokenPath: `${pathname}/token`, revokePath: `${pathname}/revoke` }

const print = (value) => console.log(JSON.stringify(value))
const printError = ({ data }) => print({ error: data.payload.error, description: data.payload.error_description })

const withoutSecret = new ResourceOwnerPassword({ client: { id: 'latchkey' }, auth })
await withoutSecret.getToken({ username: USERNAME, password: PASSWORD }).catch(printError)

const app = new ResourceOwnerPassword({ client: { id: 'latchkey', secret: '' }, auth })
const signedIn = await app.getToken({ username: USERNAME, password: PASSWORD, scope: 'account' })
print(signedIn.token)

const stored = app.createToken(JSON.parse(JSON.stringify(signedIn)))
print({ hasExpired: stored.expired(), expiresWithinAnHour: stored.expired(3600) })
const refreshed = await stored.refresh()
print(refreshed.token)

await refreshed.revokeAll()
await refreshed.refresh().catch(printError)
await app.getToken({ username: USERNAME, password: 'not the password' }).catch(printError)

const service = new ClientCredentials({ client: { id: CLIENT_ID, secret: CLIENT_SECRET }, auth })
const granted = await service.getToken({ scope: ['orders:read', 'orders:write'] })
print(granted.token)
await service.getToken({ scope: 'others:write' }).catch(printError)
const stranger = new ClientCredentials({ client: { id: CLIENT_ID, secret: 'not the secret' }, auth })
await stranger.getToken({}).catch(printError)

const eve = { username: 'eve', password: EVE_PASSWORD }
const { mfa_token: mfaToken, ...required } = await app.getToken(eve).catch(({ data }) => data.payload)
print(required)
const mfa = { grant_type: 'urn:latchkey:grant-type:mfa', mfa_token: mfaToken, otp: FIRST_OTP }
print((await app.getToken(mfa)).token)
await app.getToken({ ...eve, otp: FIRST_OTP }).catch(printError)
print((await app.getToken({ ...eve, otp: SECOND_OTP })).token)
