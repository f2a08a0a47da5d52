/** API tokens: what programs sign in by. Only their hashes are kept. */
import type { Granted } from '../domain/access.ts'
import type { Db } from './database.ts'
import { newId } from './id.ts'
import type { ApiTokenTable } from './schema.ts'
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
}

export type NewToken = Pick<ApiToken, 'name' | 'scope' | 'sites' | 'createdBy'>

/** Use is written down at most so often: not each request is worth a commit. */
const USE_STEP = 5 * 60 * 1000

export async function recordToken(tx: Db, hash: string, token: NewToken, now: number): Promise<ApiToken> {
  const { name, scope, sites, createdBy } = token
  const row = { name, scope, sites: JSON.stringify(sites), created_by: createdBy, created_at: now }
  const made = { token_id: newId(now), token_hash: hash, ...row, used_at: null, revoked_at: null }
  await tx.insertInto('api_token').values(made).execute()
  return tokenOf(made)
}

/** Newest first, the revoked ones too. */
export async function findTokens(db: Db): Promise<ApiToken[]> {
  return (await db.selectFrom('api_token').selectAll().orderBy('token_id', 'desc').execute()).map(tokenOf)
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

/** Whom a token stands for: one that reads is a viewer, one that writes a marketer. */
export async function findBearer(db: Db, hash: string, now: number): Promise<User | undefined> {
  const row = await db
    .selectFrom('api_token')
    .selectAll()
    .where('token_hash', '=', hash)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  if (!row) return undefined
  if (now - (row.used_at ?? 0) > USE_STEP) {
    await db.updateTable('api_token').set({ used_at: now }).where('token_id', '=', row.token_id).execute()
  }
  const { id, name, scope, sites } = tokenOf(row)
  return { id, email: `token ${name}`, role: scope === 'write' ? 'marketer' : 'viewer', sites }
}

function tokenOf(row: ApiTokenTable): ApiToken {
  return {
    id: row.token_id,
    name: row.name,
    scope: row.scope,
    sites: JSON.parse(row.sites) as Granted,
    createdAt: row.created_at,
    createdBy: row.created_by,
    usedAt: row.used_at,
    revokedAt: row.revoked_at,
  }
}
