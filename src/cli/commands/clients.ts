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
    .description('Register a service that gets or introspects tokens')
    .requiredOption('--name <name>', 'Name of the service')
    .option('--client-credentials', 'Allow it to get tokens for itself (implied by --scope)')
    .option('--scope <scopes>', 'Scopes that its tokens may have, separated by spaces')
    .option('--introspection', 'Allow it to introspect tokens')
    .option('--json', 'Print JSON')
    .addHelpText(
      'after',
      [
        '',
        'The secret is printed only once. Latchkey stores a hash of it. Administration',
        'scopes must be requested by name, for example: -d scope=keys:write',
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
            throw new StartError(['The client needs a purpose. Add --introspection, --client-credentials or --scope.'])
          }
          const { client, secret } = await openClients(database).create(
            { name, scope, introspection, client_credentials: clientCredentials },
            operator,
          )
          await context.print(
            `client_id:     ${client.id}\nclient_secret: ${secret}\n\nStore the secret now. It is not shown again.`,
            { ...describeClient(client), client_secret: secret },
            options,
          )
        }),
    )

  clients
    .command('list')
    .description('List the clients')
    .option('--json', 'Print JSON')
    .action((options: OutputOptions) =>
      withDatabase(context, async (database) => {
        const registered = openClients(database)
        const pages = readPages({ all: true }, (after, limit) =>
          paginate(limit, (limit) => registered.list({ after, limit }), timeCursorOf),
        )
        const clients: ReturnType<typeof describeClient>[] = []
        for await (const { items } of pages) clients.push(...items.map(describeClient))
        const text = clients.length === 0 ? 'No clients are registered.' : tableOfClients(context, clients)
        await context.print(text, { clients }, options)
      }),
    )

  clients
    .command('delete')
    .description('Delete a client and revoke its secret and tokens')
    .argument('<client_id>')
    .action((id: string) =>
      withDatabase(context, async (database) => {
        await openClients(database).remove(id, operator)
        await context.print(`Client ${id} deleted. Its secret and tokens are no longer accepted.`, {}, {})
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
