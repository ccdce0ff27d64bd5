import type { Installation } from './circumstances.ts'
import { statOf } from './files.ts'
import { fault, type Finding, ok, warning } from './finding.ts'

const megabyte = 1_000_000

export async function checkDisk({ config: { dataDir }, freeSpace }: Installation): Promise<Finding[]> {
  const megabytes = Math.floor((await freeSpace((await statOf(dataDir)) === undefined ? '.' : dataDir)) / megabyte)
  const message = `${megabytes.toLocaleString('en')} MB are free for ${dataDir}.`
  const remedy = 'Make room, or move the folder (DATA_DIR) to a bigger disk. With none left nobody can sign in.'
  if (megabytes < 100) return [fault(message, remedy)]
  return [megabytes < 1000 ? warning(message, remedy) : ok(message)]
}
