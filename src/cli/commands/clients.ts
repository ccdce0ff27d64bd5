import { operator } from '../../authorization/index.ts'
import { StartError } from '../../errors/index.ts'
import { paginate } from '../../lib/paginate.ts'
import { timeCursorOf } from '../../lib/time-cursor.ts'
import { createClients, describeClient } from '../../tokens/index.ts'
import type { DefineCommand } from '../add-commands.ts'
import type { CommandContext } from '../context.ts'
import { type OpenDatabase, withDatabase } from '../database.ts'
import { type OutputOptions, timeOf } from '../output.ts'
import { readPages } from '../read-pages.ts'
import { tableOf } from '../table.ts'

interface CreateOptions extends OutputOptions {
  name: string
  scope?: string
  introspection?: boolean
  clientCredentials?: boolean
}

/** `latchkey clients …` */
export const defineClients: DefineCommand = (clients, context) => {
  clients
    .command('create')
    .description('register a service that gets tokens for itself, introspects those of others, or both')
    .requiredOption('--name <name>', 'what people call it')
    .option('--client-credentials', 'it may get tokens for itself (implied by --scope)')
    .option('--scope <scopes>', 'what its own tokens may carry, separated by spaces')
    .option('--introspection', 'it may ask what a token is worth')
    .option('--json', 'for programs')
    .addHelpText(
      'after',
      [
        '',
        'Its secret is printed this once; only a hash of it is kept.',
        'Scopes that administer Latchkey have to be asked for by name: -d scope=keys:write',
        '',
        'Examples:',
        '  latchkey clients create --name "Orders API" --introspection',
        '  latchkey clients create --name Billing --scope "invoices:write"',
        '  latchkey clients create --name Deployment --scope "keys:write clients:write"',
      ].join('\n'),
    )
    .action(
      ({ name, scope = '', introspection = false, clientCredentials = scope !== '', ...options }: CreateOptions) =>
        withDatabase(context, async (database) => {
          if (!clientCredentials && !introspection) {
            throw new StartError(['What is the client for? Give --introspection, --client-credentials or --scope.'])
          }
          const { client, secret } = await openClients(database).create(
            { name, scope, introspection, client_credentials: clientCredentials },
            operator,
          )
          await context.print(
            `client_id:     ${client.id}\nclient_secret: ${secret}\n\nKeep the secret now: it is not shown again.`,
            { ...describeClient(client), client_secret: secret },
            options,
          )
        }),
    )

  clients
    .command('list')
    .description('show the clients')
    .option('--json', 'for programs')
    .action((options: OutputOptions) =>
      withDatabase(context, async (database) => {
        const registered = openClients(database)
        const pages = readPages({ all: true }, (after, limit) =>
          paginate(limit, (limit) => registered.list({ after, limit }), timeCursorOf),
        )
        const clients: ReturnType<typeof describeClient>[] = []
        for await (const { items } of pages) clients.push(...items.map(describeClient))
        const text = clients.length === 0 ? 'No client is registered.' : tableOfClients(context, clients)
        await context.print(text, { clients }, options)
      }),
    )

  clients
    .command('delete')
    .description('remove a client; its secret and its tokens are refused from then on')
    .argument('<client_id>')
    .action((id: string) =>
      withDatabase(context, async (database) => {
        await openClients(database).remove(id, operator)
        await context.print(`The client ${id} is removed.`, {}, {})
      }),
    )
}

function openClients({ config: { now }, store, audit }: OpenDatabase) {
  return createClients({ store, now, audit })
}

function tableOfClients(context: CommandContext, clients: ReturnType<typeof describeClient>[]) {
  return tableOf(
    context,
    ['CLIENT ID', 'NAME', 'SCOPE', 'INTROSPECTION', 'REGISTERED'],
    clients.map(
      ({ client_id: id, client_name: name, grant_types: grants, scope, introspection, created_at: createdAt }) => [
        id,
        name,
        grants.length === 0 ? '-' : scope || '(none)',
        introspection ? 'yes' : 'no',
        timeOf(createdAt),
      ],
    ),
  )
}
