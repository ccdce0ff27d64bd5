import { toUserJson } from '../../../users/index.ts'
import type { CommandContext } from '../../context.ts'
import type { OpenDatabase } from '../../database.ts'
import type { OutputOptions } from '../../output.ts'
import { createListing } from '../../user-listing.ts'

/** Prints a message about a user, or the current user as JSON. */
export async function printUser(
  context: CommandContext,
  database: OpenDatabase,
  id: string,
  text: string,
  options: OutputOptions,
) {
  const user = options.json === true ? toUserJson(await createListing(database).find(id)) : {}
  await context.print(text, user, options)
}
