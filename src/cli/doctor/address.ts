import { environmentName } from '../../config/index.ts'
import { type Installation, isLoopback } from './circumstances.ts'
import { type Finding, ok, orOk, warning } from './finding.ts'

/** PUBLIC_URL off loopback without https is no setting that can be. */
export function checkAddress({
  settings: { host, port, publicUrl: given, smtpUrl, tlsCert },
  config: { publicUrl },
}: Installation): Finding[] {
  if (!isLoopback(new URL(publicUrl).hostname)) return [ok(`Clients see ${publicUrl}.`)]
  const remedy = `Set ${environmentName('publicUrl')} to the https origin that clients see.`
  return orOk(
    [
      ...(!isLoopback(host)
        ? [
            warning(
              `It listens on ${host}, so that other machines reach it${tlsCert === undefined ? ' and send their passwords in clear' : ''}, and calls itself ${publicUrl}, which leads each of them to itself.`,
              `${remedy} Or set HOST=127.0.0.1.`,
            ),
          ]
        : []),
      ...(smtpUrl !== undefined
        ? [
            warning(
              `Mails are sent, and their links lead to ${publicUrl}, which is another machine for whoever gets them.`,
              remedy,
            ),
          ]
        : []),
    ],
    `Only this machine can reach it, as ${given ?? `http://localhost:${port}`}.`,
  )
}
