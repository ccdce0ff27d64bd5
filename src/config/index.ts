export {
  describeAllowed,
  type Config,
  createConfig,
  environmentName,
  type PluginSettings,
  pluginSettingsOf,
  publicUrlOf,
  type Sender,
  settingsFromEnvironment,
  settingsFromOptions,
} from './config.ts'
export { readSecret, loadOrCreateSecret, createDataFolder } from './data-folder.ts'
export { isAppUrl, isStrongSecret, secretCommand, Settings } from './settings.ts'
export { readTls } from './tls.ts'
export { productionTiming, type Timing } from './timing.ts'
