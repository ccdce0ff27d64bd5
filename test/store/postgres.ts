import pg from 'pg'
import type { Test } from 'tap'

/** One statement over a connection of its own. */
export async function query (url: string, statement: string) {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return await client.query(statement)
  } finally {
    await client.end()
  }
}

/** A database can be renamed once nobody is connected to it; PostgreSQL waits five seconds for that. */
export async function isLetGo (t: Test, url: string) {
  const { pathname } = new URL(url)
  const name = pathname.slice(1)
  const outside = Object.assign(new URL(url), { pathname: '/postgres' }).href
  await t.resolves(query(outside, `alter database ${name} rename to ${name}_once`), 'nobody is connected any more')
  await query(outside, `alter database ${name}_once rename to ${name}`)
}
