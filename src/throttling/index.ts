export type { Attempts, AttemptRequest, ClaimedUser, PendingAttempt } from './attempts.ts'
export type { KnownLocations, Location } from './known-locations.ts'
export type { RequestRates } from './request-rates.ts'
export { createThrottling, type Throttling } from './throttling.ts'
