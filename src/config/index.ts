export {
  describeAllowed,
  type Config,
  createConfig,
  environmentName,
  type PluginSettings,
  pluginSettingsOf,
  publicUrlOf,
  secretWarnings,
  type Sender,
  settingsFromEnvironment,
  settingsFromOptions,
  poolThreadsOf,
} from './config.ts'
export { readSecret, loadOrCreateSecret, createDataFolder } from './data-folder.ts'
export type { RelyingParty } from './relying-party.ts'
export { isAppUrl, isStrongSecret, secretCommand, Settings } from './settings.ts'
export { readTls } from './tls.ts'
export { commandTiming, productionTiming, type Timing } from './timing.ts'
