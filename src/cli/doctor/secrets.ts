import { isStrongSecret, secretCommand } from '../../config/index.ts'
import { createSecrets } from '../../keys/index.ts'
import type { Installation } from './circumstances.ts'
import { fault, type Finding, orOk } from './finding.ts'

/** Those of the settings have been judged with them; those in files have not. */
export async function checkSecrets({ config }: Installation): Promise<Finding[]> {
  const { masterKey, secretKey } = createSecrets(config)
  const [master, secret] = await Promise.all(
    [masterKey(false), secretKey(false)].map((reading) => reading.catch(() => undefined)),
  )
  const weak = Object.entries({ 'master.key': master, 'secret.key': secret }).filter(
    ([, value]) => value !== undefined && !isStrongSecret(value),
  )
  return orOk(
    [
      ...weak.map(([name]) =>
        fault(
          `The secret in ${config.dataDir}/${name} is short, repeats itself, or has been published.`,
          `It was not made by Latchkey. Make another one with: ${secretCommand}. How it takes the former one's place stands in the README, "Keys and secrets".`,
        ),
      ),
      ...(master !== undefined && master === secret
        ? [
            fault(
              'MASTER_KEY and SECRET_KEY are the same: whoever verifies tokens with the one has the other, which encrypts the database.',
              `Make another SECRET_KEY with: ${secretCommand}. Put the former one into SECRET_KEY_PREVIOUS.`,
            ),
          ]
        : []),
    ],
    master === undefined
      ? 'None is there yet; they are made at the first start.'
      : 'They are long, varied and not published.',
  )
}
