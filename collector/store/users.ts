import type { Db } from './database.ts'
import { newId } from './id.ts'

/** Someone who signs in. */
export interface User {
  id: string
  email: string
}

const HOUR = 60 * 60 * 1000
/** A sign-in ends after so long without use … */
const IDLE_LIFE = 12 * HOUR
/** … and after so long in any case. */
const WHOLE_LIFE = 7 * 24 * HOUR
/** Use is written down at most so often: not each request is worth a commit. */
const USE_STEP = 5 * 60 * 1000

export async function hasUsers(db: Db): Promise<boolean> {
  return (await db.selectFrom('user').select('user_id').limit(1).executeTakeFirst()) !== undefined
}

export async function findUser(db: Db, email: string): Promise<(User & { passwordHash: string }) | undefined> {
  return db
    .selectFrom('user')
    .select(['user_id as id', 'email', 'password_hash as passwordHash'])
    .where('email', '=', email)
    .executeTakeFirst()
}

export async function createUser(db: Db, email: string, passwordHash: string, now: number): Promise<User> {
  const id = newId(now)
  const row = { user_id: id, email, password_hash: passwordHash, created_at: now }
  await db.insertInto('user').values(row).execute()
  return { id, email }
}

/** Whoever was signed in as this user no longer is. */
export async function changePassword(tx: Db, userId: string, passwordHash: string): Promise<void> {
  await tx.updateTable('user').set({ password_hash: passwordHash }).where('user_id', '=', userId).execute()
  await tx.deleteFrom('sign_in').where('user_id', '=', userId).execute()
}

export async function recordSignIn(db: Db, userId: string, tokenHash: string, now: number): Promise<void> {
  await db
    .deleteFrom('sign_in')
    .where('created_at', '<', now - WHOLE_LIFE)
    .execute()
  const row = { token_hash: tokenHash, user_id: userId, created_at: now, used_at: now }
  await db.insertInto('sign_in').values(row).execute()
}

export async function findSignedIn(db: Db, tokenHash: string, now: number): Promise<User | undefined> {
  const row = await db
    .selectFrom('sign_in')
    .innerJoin('user', 'user.user_id', 'sign_in.user_id')
    .select(['user.user_id as id', 'user.email', 'sign_in.used_at'])
    .where('token_hash', '=', tokenHash)
    .where('sign_in.created_at', '>', now - WHOLE_LIFE)
    .where('sign_in.used_at', '>', now - IDLE_LIFE)
    .executeTakeFirst()
  if (!row) return undefined
  if (now - row.used_at > USE_STEP) {
    await db.updateTable('sign_in').set({ used_at: now }).where('token_hash', '=', tokenHash).execute()
  }
  return { id: row.id, email: row.email }
}

export async function endSignIn(db: Db, tokenHash: string): Promise<void> {
  await db.deleteFrom('sign_in').where('token_hash', '=', tokenHash).execute()
}

export interface OneTimeLink {
  kind: 'first' | 'reset'
  email: string | null
}

/** A new link takes the place of older ones of its kind for the same user. */
export async function recordLink(
  db: Db,
  tokenHash: string,
  { kind, email }: OneTimeLink,
  expiresAt: number,
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const older = tx.deleteFrom('one_time_link').where('kind', '=', kind)
    await (email === null ? older : older.where('email', '=', email)).execute()
    await tx.insertInto('one_time_link').values({ token_hash: tokenHash, kind, email, expires_at: expiresAt }).execute()
  })
}

export async function findLink(db: Db, tokenHash: string, now: number): Promise<OneTimeLink | undefined> {
  return db
    .selectFrom('one_time_link')
    .select(['kind', 'email'])
    .where('token_hash', '=', tokenHash)
    .where('expires_at', '>', now)
    .executeTakeFirst()
}

/** Takes a link away as it is used, so that it is used once. */
export async function useLink(tx: Db, tokenHash: string, now: number): Promise<OneTimeLink | undefined> {
  return tx
    .deleteFrom('one_time_link')
    .where('token_hash', '=', tokenHash)
    .where('expires_at', '>', now)
    .returning(['kind', 'email'])
    .executeTakeFirst()
}
