/** Secrets by which sites' own servers sign who a visitor is: kept as they are, for they are needed to check it. */
import type { Db } from './database.ts'
import { newId } from './id.ts'

/** What is told of a secret once it was made. */
export interface SigningSecret {
  id: string
  createdAt: number
  createdBy: string
}

/** A second one lets a site exchange the first without a gap. */
export const MOST_SECRETS = 2

/** By site, for who checks proofs; told to nobody. */
export async function findSecrets(db: Db): Promise<Map<string, string[]>> {
  const rows = await db.selectFrom('signing_secret').select(['site_id', 'secret']).execute()
  const secrets = new Map<string, string[]>()
  for (const { site_id, secret } of rows) secrets.set(site_id, [...(secrets.get(site_id) ?? []), secret])
  return secrets
}

export async function listSecrets(db: Db, siteId: string): Promise<SigningSecret[]> {
  return db
    .selectFrom('signing_secret')
    .select(['secret_id as id', 'created_at as createdAt', 'created_by as createdBy'])
    .where('site_id', '=', siteId)
    .orderBy('secret_id')
    .execute()
}

export async function recordSecret(
  tx: Db,
  siteId: string,
  secret: string,
  createdBy: string,
  now: number,
): Promise<SigningSecret> {
  const made = { id: newId(now), createdAt: now, createdBy }
  const row = { site_id: siteId, secret_id: made.id, secret, created_at: now, created_by: createdBy }
  await tx.insertInto('signing_secret').values(row).execute()
  return made
}

/** @returns whether there was one */
export async function removeSecret(tx: Db, siteId: string, secretId: string): Promise<boolean> {
  const removed = await tx
    .deleteFrom('signing_secret')
    .where('site_id', '=', siteId)
    .where('secret_id', '=', secretId)
    .returning('secret_id')
    .executeTakeFirst()
  return removed !== undefined
}
