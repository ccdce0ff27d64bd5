/*
 * The script of the docs page, and of any other page with Swagger UI 4 or 5: put before or after swagger-ui-bundle.js,
 * and before the script that calls SwaggerUIBundle. See docs/guides/swagger-ui.md.
 */
import { optionsFrom, type PluginOptions } from './options.ts'
import { createSwaggerUiPlugin } from './plugin.ts'
import { styles } from './styles.ts'

interface Configuration {
  plugins?: unknown[]
}
type Bundle = (configuration: Configuration) => unknown
interface Page {
  SwaggerUIBundle?: Bundle
  /** Options for a page whose script cannot have attributes. */
  latchkeySwaggerUi?: PluginOptions
}
const page: Page = window as object

const options = page.latchkeySwaggerUi ?? optionsFrom(document.currentScript?.dataset ?? {})
const plugin = createSwaggerUiPlugin(options)

/** Adds the plugin to the configuration of each call, with `new` or without. */
function withPlugin(bundle: Bundle): Bundle {
  const extend = ({ plugins = [], ...configuration }: Configuration) => ({
    ...configuration,
    plugins: [...plugins, plugin],
  })
  return new Proxy(bundle, {
    apply: (target, self, [configuration]: [Configuration]) => Reflect.apply(target, self, [extend(configuration)]),
    construct: (target, [configuration]: [Configuration]) => Reflect.construct(target, [extend(configuration)]),
  })
}

if (page.SwaggerUIBundle !== undefined) {
  page.SwaggerUIBundle = withPlugin(page.SwaggerUIBundle)
} else {
  let wrapped: Bundle | undefined
  Object.defineProperty(page, 'SwaggerUIBundle', {
    configurable: true,
    get: () => wrapped,
    set: (bundle: Bundle) => {
      wrapped = withPlugin(bundle)
    },
  })
}
const style = document.createElement('style')
style.textContent = styles
document.head.append(style)

if (options.colorScheme === 'system') {
  const dark = matchMedia('(prefers-color-scheme: dark)')
  const followSystem = () => document.documentElement.classList.toggle('dark-mode', dark.matches)
  dark.addEventListener('change', followSystem)
  followSystem()
}
