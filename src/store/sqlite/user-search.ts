import { type Kysely, sql } from 'kysely'
import type { UserSearch } from '../user-search.ts'

const folded = (row: 'new' | 'users') =>
  sql.raw(`case ${row}.username when '' then '' else ${row}.username_fold end, ${row}.name_fold, ${row}.email_fold,
    ${row}.scopes`)

/**
 * Creates the index of trigrams and triggers that maintain it, so that it also contains the users that an earlier
 * version adds. The index has row numbers of its own, because VACUUM may change those of the table.
 */
export async function indexUserText<Schema>(db: Kysely<Schema>): Promise<void> {
  const add = sql`insert into user_search (rowid, username, name, email, scopes)
    select user_search_rows.id, ${folded('new')} from user_search_rows where user_id = new.id`
  const remove = sql`delete from user_search
    where rowid = (select user_search_rows.id from user_search_rows where user_id = old.id)`

  for (const statement of [
    sql`create table user_search_rows (id integer primary key, user_id text not null unique)`,
    sql`create virtual table user_search using fts5 (username, name, email, scopes,
      content = '', contentless_delete = 1, tokenize = 'trigram case_sensitive 1')`,
    sql`insert into user_search_rows (user_id) select id from users order by created_at, id`,
    sql`insert into user_search (rowid, username, name, email, scopes)
      select user_search_rows.id, ${folded('users')}
      from user_search_rows join users on users.id = user_search_rows.user_id order by user_search_rows.id`,
    sql`create trigger users_search_insert after insert on users begin
      insert into user_search_rows (user_id) values (new.id);
      ${add};
    end`,
    sql`create trigger users_search_update
      after update of username, username_fold, name_fold, email_fold, scopes on users
      when (old.username, old.username_fold, old.name_fold, old.email_fold, old.scopes)
        is not (new.username, new.username_fold, new.name_fold, new.email_fold, new.scopes)
    begin
      ${remove};
      ${add};
    end`,
    sql`create trigger users_search_delete after delete on users begin
      ${remove};
      delete from user_search_rows where user_id = old.id;
    end`,
  ]) {
    await statement.execute(db)
  }
}

/** The number of users that are looked at to estimate how many match, which takes a few milliseconds. */
const sampledUsers = 4_000

/** The golden ratio as a fraction of 2^32. Its multiples are spread evenly, but not at equal distances. */
const stride = 2_654_435_769

export const userSearch: UserSearch = {
  selectIdsContaining(fields, text) {
    const query = `{${fields.join(' ')}} : "${text.replaceAll('"', '""')}"`
    return sql<{ id: string }>`select user_search_rows.user_id as id
      from user_search cross join user_search_rows on user_search_rows.id = user_search.rowid
      where user_search match ${query}`
  },

  isOneOf: (ids) => sql`id in (select value from json_each(${JSON.stringify(ids)}))`,

  // Row numbers of deleted users count as users who do not match.
  async estimateCount(users) {
    const last = sql`(select max(users.rowid) from users)`
    const sample = sql`
      with recursive sample (number, last) as (
        select 1, ${last}
        union all
        select number + 1, last from sample where number < ${sql.lit(sampledUsers)}
      )
      select 1 + ((number * ${sql.lit(stride)} & 4294967295) * last >> 32) from sample`
    const { matching, size } = await users
      .where(sql`users.rowid`, 'in', sql`(${sample})`)
      .select(({ fn }) => [fn.countAll<number>().as('matching'), sql<number | null>`${last}`.as('size')])
      .executeTakeFirstOrThrow()
    return Math.round((matching * (size ?? 0)) / sampledUsers)
  },
}
