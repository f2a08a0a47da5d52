/** Who is signed in where: only the hash of a cookie is kept. */
import type { Db } from './database.ts'
import { USER_COLUMNS, type User, userOf } from './users.ts'

const HOUR = 60 * 60 * 1000
/** A sign-in ends after so long without use … */
const IDLE_LIFE = 12 * HOUR
/** … and after so long in any case. */
const WHOLE_LIFE = 7 * 24 * HOUR
/** Use is written down at most so often: not each request is worth a commit. */
const USE_STEP = 5 * 60 * 1000

export async function recordSignIn(tx: Db, userId: string, tokenHash: string, now: number): Promise<void> {
  await tx
    .deleteFrom('sign_in')
    .where('created_at', '<', now - WHOLE_LIFE)
    .execute()
  const row = { token_hash: tokenHash, user_id: userId, created_at: now, used_at: now }
  await tx.insertInto('sign_in').values(row).execute()
}

/** @param isUse whether somebody is there, or a page asks by itself */
export async function findSignedIn(db: Db, tokenHash: string, isUse: boolean, now: number): Promise<User | undefined> {
  const row = await db
    .selectFrom('sign_in')
    .innerJoin('user', 'user.user_id', 'sign_in.user_id')
    .select(USER_COLUMNS)
    .select('sign_in.used_at')
    .where('token_hash', '=', tokenHash)
    .where('sign_in.created_at', '>', now - WHOLE_LIFE)
    // One from when a clock was ahead would live for as long as that was; those of several collectors differ a little.
    .where('sign_in.created_at', '<', now + USE_STEP)
    .where('sign_in.used_at', '>', now - IDLE_LIFE)
    .where('user.disabled_at', 'is', null)
    .executeTakeFirst()
  if (!row) return undefined
  if (isUse && now - row.used_at > USE_STEP) {
    const use = db.updateTable('sign_in').set({ used_at: now }).where('token_hash', '=', tokenHash)
    // While nothing can be written, reading goes on: all that is lost is that the sign-in was used.
    await use.execute().catch(() => {})
  }
  return userOf(row)
}

/** Is this of a sign-in of this user, also one that has ended by itself? */
export async function isSignInOf(db: Db, tokenHash: string, email: string): Promise<boolean> {
  const row = await db
    .selectFrom('sign_in')
    .innerJoin('user', 'user.user_id', 'sign_in.user_id')
    .select('sign_in.user_id')
    .where('token_hash', '=', tokenHash)
    .where('user.email', '=', email)
    .executeTakeFirst()
  return row !== undefined
}

export async function endSignIn(tx: Db, tokenHash: string): Promise<void> {
  await tx.deleteFrom('sign_in').where('token_hash', '=', tokenHash).execute()
}
