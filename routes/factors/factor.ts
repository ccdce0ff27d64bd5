import { Type } from '@sinclair/typebox'

export const FactorName = Type.String({
  minLength: 1,
  maxLength: 64,
  description: 'A name by which you recognize it, on one line. White space at its ends is ignored.',
})

/** The id of a factor in lower case, as it is stored. */
export function factorIdOf({ params }: { params: { id: string } }): string {
  return params.id.toLowerCase()
}
