import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { generators } from '../../test/clients/generators.ts'
import { oauthClients, type Verifier } from '../../test/clients/oauth-clients.ts'
import type { Lock } from '../installed.ts'
import { pageOf, tableOf } from './markdown.ts'

/** Makes `docs/reference/clients.md`. It needs the lock file of the generators, not the generators themselves. */
export async function clientsPage(): Promise<string> {
  const { packages }: { packages: Lock } = JSON.parse(await readFile('test/clients/package-lock.json', 'utf8'))
  const versionOf = (name: string) => {
    const { version } = packages[`node_modules/${name}`] ?? {}
    if (version === undefined) throw new Error(`test/clients/package-lock.json does not contain ${name}.`)
    return version
  }
  return pageOf('Clients', '`test/clients/generators.ts` and `test/clients/oauth-clients.ts`', [
    'The test suite runs all of these clients against the service.',
    '## Generators',
    'Each generator makes a client from [openapi.json](../../openapi.json), which is an OpenAPI 3.1 document. The ' +
      'client is compiled under `strict`, and a small program uses it: sign in, get the account, list users with ' +
      'query parameters, refresh, and handle a 400 and a 401 by their codes. The programs are in ' +
      '`test/clients/programs/generators`. [Generate a client](../guides/generate-a-client.md) shows how to start ' +
      'with the three that are used most.',
    tableOf(
      [
        'generator',
        'version',
        'works with defaults',
        'sign-in',
        'query parameters',
        'errors',
        'does not compile with',
        'remarks',
      ],
      generators.map((generator) => [
        `[${generator.package}](${generator.url})`,
        versionOf(generator.package),
        generator.shortcoming === undefined ? 'yes' : `[with an option](#${anchorOf(generator.package)})`,
        generator.signIn,
        generator.queryParameters ?? 'by name',
        generator.errors,
        (generator.failsWith ?? []).map((option) => `\`${option}\``).join(', '),
        generator.remarks ?? '',
      ]),
    ),
    '- **Sign-in.** How the generated code encodes the body of `POST /token`. The document says that it is a form. ' +
      'The service also accepts JSON and multipart bodies there.\n' +
      '- **Errors.** A call returns them or throws them. `typed`: the error has a type that enumerates its codes. ' +
      '`declared by the caller`: this type is generated as well, but your code declares which one an error has.\n' +
      '- **Does not compile with.** All clients compile under `strict`, `noUncheckedIndexedAccess`, ' +
      '`noUnusedLocals` and `noUnusedParameters`, even without `// @ts-nocheck`. If you use one of the options named ' +
      'here, compile the client in a project of its own without it.',
    '### Commands',
    'Generators need the compiler API of TypeScript 5: start as in ' +
      '[Generate a client](../guides/generate-a-client.md#start). *Node.js* is what the generator requires. With an ' +
      'older one, npm warns, or installs an old version of the generator.',
    tableOf(
      ['generator', 'Node.js', 'installation', 'command', 'configuration'],
      generators.map(({ package: name, command, configuration = [], needs }) => [
        name,
        requiredNode(packages, name),
        `\`npm install ${[name, ...needs].map((need) => withVersion(packages, need)).join(' ')}\``,
        `\`${command}\``,
        configuration.map((file) => `[\`${file}\`](#${anchorOf(file)})`).join(', '),
      ]),
    ),
    ...(await configurationFiles()),
    ...generators.flatMap(({ package: name, shortcoming }) =>
      shortcoming === undefined
        ? []
        : [
            `### ${name}`,
            `${shortcoming.what} This option is the workaround:`,
            `\`\`\`sh\n${shortcoming.command}\n\`\`\``,
          ],
    ),
    '### Not tested',
    '- `openapi-react-query` and `openapi-typescript-fetch` use the types of openapi-typescript.\n' +
      '- OpenAPI Generator needs Java; AutoRest, Kiota and NSwag download their generator or need .NET.\n' +
      '- `@openapi-codegen/cli` is too large to install for every test run.',
    '## OAuth clients and token verifiers',
    tableOf(
      ['library', 'tested for', 'remarks'],
      oauthClients.map(({ name, use, remark, verifier }) => [name, use, `${remark} ${limitsOf(verifier)}`.trim()]),
    ),
    'See [Verify tokens](../guides/verify-tokens.md) and [Sessions](../guides/sessions.md).',
  ])
}

function limitsOf({ unsupported = [], checksType = true }: Partial<Verifier> = {}) {
  return [
    ...unsupported.map((algorithm) => `${algorithm} is not supported.`),
    ...(checksType ? [] : ['`typ` is not checked.']),
  ].join(' ')
}

/** The anchor of a heading on GitHub. */
function anchorOf(heading: string) {
  return heading.toLowerCase().replaceAll(/[^\w-]/g, '')
}

/** What a package says of Node.js, such as `>=22.18.0`. */
function requiredNode(packages: Lock, name: string) {
  const range = packages[`node_modules/${name}`]?.engines?.node
  return range === undefined ? '' : `\`${range}\``
}

/** A package with the part of its version that stays the same in compatible ones, such as `orval@8`. */
function withVersion(packages: Lock, name: string) {
  if (name.includes('@', 1)) return name
  const version = packages[`node_modules/${name}`]?.version ?? ''
  return `${name}@${version.match(/^(0\.\d+|\d+)/)?.[0]}`
}

/** A section for each file that a command reads. */
async function configurationFiles(): Promise<string[]> {
  const sections: string[] = []
  for (const { name, configuration = [] } of generators) {
    for (const file of configuration) {
      const content = await readFile(`test/clients/programs/generators/${name}/${file}`, 'utf8')
      sections.push(`### ${file}`, `\`\`\`${extname(file) === '.ts' ? 'ts' : 'js'}\n${content}\`\`\``)
    }
  }
  return sections
}
