import type { Access, Granted } from '../domain/access.ts'
import type { Db } from './database.ts'
import { newId } from './id.ts'
import type { UserTable } from './schema.ts'

/** Someone who signs in, or a token that stands for one. */
export interface User extends Access {
  id: string
  /** Who it is, as others see it. */
  email: string
}

export interface KnownUser extends User {
  /** Undefined until an invitation is taken up. */
  passwordHash: string | undefined
  createdAt: number
  disabledAt: number | null
}

/** Where no password was chosen yet. */
const NO_PASSWORD = ''

export const USER_COLUMNS = ['user.user_id', 'user.email', 'user.role', 'user.sites'] as const

export function userOf(row: Pick<UserTable, 'user_id' | 'email' | 'role' | 'sites'>): User {
  return { id: row.user_id, email: row.email, role: row.role, sites: JSON.parse(row.sites) as Granted }
}

export async function hasUsers(db: Db): Promise<boolean> {
  return (await db.selectFrom('user').select('user_id').limit(1).executeTakeFirst()) !== undefined
}

export async function findUser(db: Db, email: string): Promise<KnownUser | undefined> {
  const row = await db.selectFrom('user').selectAll().where('email', '=', email).executeTakeFirst()
  return row && knownUserOf(row)
}

export async function findUserById(db: Db, userId: string): Promise<KnownUser | undefined> {
  const row = await db.selectFrom('user').selectAll().where('user_id', '=', userId).executeTakeFirst()
  return row && knownUserOf(row)
}

export async function findUsers(db: Db): Promise<KnownUser[]> {
  return (await db.selectFrom('user').selectAll().orderBy('email').execute()).map(knownUserOf)
}

/** The first user: sees to everything. @returns undefined where there is one with this address */
export async function createUser(db: Db, email: string, passwordHash: string, now: number): Promise<User | undefined> {
  return insertUser(db, email, { role: 'admin', sites: 'all' }, passwordHash, now)
}

/** A user who has yet to choose a password, by a one-time link. @returns undefined where there is one with this address */
export async function inviteUser(tx: Db, email: string, access: Access, now: number): Promise<User | undefined> {
  return insertUser(tx, email, access, NO_PASSWORD, now)
}

async function insertUser(
  db: Db,
  email: string,
  access: Access,
  passwordHash: string,
  now: number,
): Promise<User | undefined> {
  const id = newId(now)
  const { role, sites } = access
  const row = { user_id: id, email, password_hash: passwordHash, created_at: now, disabled_at: null }
  // Not looked up before: somebody else may be inviting them at the same moment.
  const inserted = await db
    .insertInto('user')
    .values({ ...row, role, sites: JSON.stringify(sites) })
    .onConflict((conflict) => conflict.column('email').doNothing())
    .returning('user_id')
    .executeTakeFirst()
  return inserted && { id, email, ...access }
}

/**
 * Holds the account of somebody whose password was found to be right: working that out takes a while.
 * @returns whether it is their password still, and they are not disabled
 */
export async function holdUnchanged(tx: Db, { id, passwordHash }: KnownUser): Promise<boolean> {
  const held = await tx
    .updateTable('user')
    .set((set) => ({ role: set.ref('role') }))
    .where('user_id', '=', id)
    .where('password_hash', '=', passwordHash ?? NO_PASSWORD)
    .where('disabled_at', 'is', null)
    .returning('user_id')
    .executeTakeFirst()
  return held !== undefined
}

/** Whoever was signed in as this user no longer is, and no older link of theirs works. */
export async function changePassword(tx: Db, { id, email }: User, passwordHash: string): Promise<void> {
  await tx.updateTable('user').set({ password_hash: passwordHash }).where('user_id', '=', id).execute()
  await tx.deleteFrom('one_time_link').where('email', '=', email).execute()
  await endSignIns(tx, id)
}

/** Whoever was signed in as this user no longer is. */
export async function changeUser(
  tx: Db,
  userId: string,
  { role, sites, disabledAt }: Access & { disabledAt: number | null },
): Promise<void> {
  await tx
    .updateTable('user')
    .set({ role, sites: JSON.stringify(sites), disabled_at: disabledAt })
    .where('user_id', '=', userId)
    .execute()
  await endSignIns(tx, userId)
}

/** Holds all who may see to users, so that two of them cannot take it from each other at once. */
export async function holdAdmins(tx: Db): Promise<KnownUser[]> {
  const rows = await tx
    .updateTable('user')
    .set((set) => ({ role: set.ref('role') }))
    .where('role', '=', 'admin')
    .returningAll()
    .execute()
  return rows.map(knownUserOf)
}

async function endSignIns(tx: Db, userId: string): Promise<void> {
  await tx.deleteFrom('sign_in').where('user_id', '=', userId).execute()
}

function knownUserOf(row: UserTable): KnownUser {
  const passwordHash = row.password_hash === NO_PASSWORD ? undefined : row.password_hash
  return { ...userOf(row), passwordHash, createdAt: row.created_at, disabledAt: row.disabled_at }
}

export interface OneTimeLink {
  kind: 'first' | 'reset' | 'invite'
  email: string | null
}

/** A new link takes the place of older ones for the same user. */
export async function recordLink(
  db: Db,
  tokenHash: string,
  { kind, email }: OneTimeLink,
  expiresAt: number,
): Promise<void> {
  await db
    .deleteFrom('one_time_link')
    .where('email', email === null ? 'is' : '=', email)
    .execute()
  await db.insertInto('one_time_link').values({ token_hash: tokenHash, kind, email, expires_at: expiresAt }).execute()
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
