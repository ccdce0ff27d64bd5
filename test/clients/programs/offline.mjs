// Keeps a generator off the network: it resolves no names. Kubb looks for a new version of itself, without a timeout.
import dns from 'node:dns'
import { syncBuiltinESMExports } from 'node:module'

const isLookup = (name) => name === 'lookup' || name.startsWith('resolve')
const failureFor = (name) => Object.assign(new Error(`${name} is not looked up.`), { code: 'ENOTFOUND' })

for (const name of Object.keys(dns).filter(isLookup)) {
  const original = dns[name]
  dns[name] = (hostname, ...others) => {
    if (hostname === 'localhost') return original(hostname, ...others)
    process.nextTick(others.at(-1), failureFor(hostname))
  }
}
for (const name of Object.keys(dns.promises).filter(isLookup)) {
  const original = dns.promises[name]
  dns.promises[name] = async (hostname, ...others) => {
    if (hostname === 'localhost') return original(hostname, ...others)
    throw failureFor(hostname)
  }
}
syncBuiltinESMExports()
