/** API tokens: what programs sign in by. Only their hashes are kept. */
import { type Granted, heldWithin } from '../domain/access.ts'
import type { Db } from './database.ts'
import { newId } from './id.ts'
import type { ApiTokenTable, UserTable } from './schema.ts'
import type { User } from './users.ts'

export interface ApiToken {
  id: string
  name: string
  scope: ApiTokenTable['scope']
  sites: Granted
  createdAt: number
  createdBy: string
  usedAt: number | null
  revokedAt: number | null
  /** Is whoever made it disabled? As long as they are, nobody signs in by it. */
  suspended: boolean
}

export type NewToken = Pick<ApiToken, 'name' | 'scope' | 'sites' | 'createdBy'>

/** Use is written down at most so often: not each request is worth a commit. */
const USE_STEP = 5 * 60 * 1000

export async function recordToken(tx: Db, hash: string, token: NewToken, now: number): Promise<ApiToken> {
  const { name, scope, sites, createdBy } = token
  const row = { name, scope, sites: JSON.stringify(sites), created_by: createdBy, created_at: now }
  const made = { token_id: newId(now), token_hash: hash, ...row, used_at: null, revoked_at: null }
  await tx.insertInto('api_token').values(made).execute()
  return tokenOf({ ...made, maker_disabled_at: null })
}

/** Newest first, the revoked ones too. */
export async function findTokens(db: Db): Promise<ApiToken[]> {
  return (await withMaker(db).orderBy('token_id', 'desc').execute()).map(tokenOf)
}

/** @returns whether it could still be used */
export async function revokeToken(tx: Db, tokenId: string, now: number): Promise<boolean> {
  const revoked = await tx
    .updateTable('api_token')
    .set({ revoked_at: now })
    .where('token_id', '=', tokenId)
    .where('revoked_at', 'is', null)
    .returning('token_id')
    .executeTakeFirst()
  return revoked !== undefined
}

/**
 * Whom a token stands for: one that reads is a viewer, one that writes a marketer, and neither may do more than whoever made
 * it may by now. The operator's are nobody's.
 */
export async function findBearer(db: Db, hash: string, now: number): Promise<User | undefined> {
  const row = await withMaker(db)
    .where('token_hash', '=', hash)
    .where('revoked_at', 'is', null)
    .where('maker.disabled_at', 'is', null)
    .executeTakeFirst()
  if (!row) return undefined
  if (now - (row.used_at ?? 0) > USE_STEP) {
    const use = db.updateTable('api_token').set({ used_at: now }).where('token_id', '=', row.token_id)
    // While nothing can be written, reading goes on.
    await use.execute().catch(() => {})
  }
  const { id, name, scope, sites } = tokenOf(row)
  const access = { role: scope === 'write' ? ('marketer' as const) : ('viewer' as const), sites }
  const maker = row.maker_role && { role: row.maker_role, sites: JSON.parse(row.maker_sites ?? '[]') as Granted }
  return { id, email: `token ${name}`, ...(maker ? heldWithin(access, maker) : access) }
}

function withMaker(db: Db) {
  return db
    .selectFrom('api_token')
    .leftJoin('user as maker', 'maker.email', 'api_token.created_by')
    .selectAll('api_token')
    .select(['maker.role as maker_role', 'maker.sites as maker_sites', 'maker.disabled_at as maker_disabled_at'])
}

function tokenOf(row: ApiTokenTable & { maker_disabled_at: UserTable['disabled_at'] }): ApiToken {
  return {
    id: row.token_id,
    name: row.name,
    scope: row.scope,
    sites: JSON.parse(row.sites) as Granted,
    createdAt: row.created_at,
    createdBy: row.created_by,
    usedAt: row.used_at,
    revokedAt: row.revoked_at,
    suspended: row.maker_disabled_at !== null,
  }
}
