/** `/api/users`: who signs in, in which role and for which sites, and the links by which they choose a password. */
import { type Context, Hono } from 'hono'
import { type Access, coversSites, isFullAdmin, ROLES } from '../domain/access.ts'
import { normalizeEmail } from '../domain/identity.ts'
import { hashToken, newToken } from '../password.ts'
import { recordAudit } from '../store/audit.ts'
import type { Db } from '../store/database.ts'
import {
  changeUser,
  findUserById,
  findUsers,
  holdAdmins,
  inviteUser,
  type KnownUser,
  recordLink,
} from '../store/users.ts'
import { bodyOf, optional, shortText, truthOf } from './body.ts'
import type { Collector, SignedIn } from './context.ts'
import { grantedOf, refuseBeyond } from './granted.ts'
import { problem } from './problem.ts'
import { adminsOnly } from './signin.ts'

const LINK_LIFE = 30 * 60 * 1000

export function userRoutes({ config, database, clock }: Collector) {
  const { db } = database

  return new Hono<SignedIn>()
    .use(adminsOnly)
    .get('/', async (c) => {
      const users = (await findUsers(db)).filter(({ sites }) => coversSites(c.get('user'), sites))
      return c.json({ items: users.map(seenOf), next: null })
    })
    .post(
      '/',
      bodyOf(({ email, role, sites }) => ({
        email: emailOf(email),
        role: roleOf(role),
        sites: grantedOf(sites),
      })),
      async (c) => {
        const { email, ...access } = c.req.valid('json')
        await refuseBeyond(c, db, access.sites)
        const link = await database.transact(async (tx) => {
          const isNew = (await inviteUser(tx, email, access, clock())) !== undefined
          if (!isNew) throw problem(409, 'There is a user with this address already')
          await record(c, tx, 'user invited', email, accessText(access))
          return makeLink(c, tx, { email, kind: 'invite' })
        })
        return c.json({ link }, 201)
      },
    )
    .patch(
      '/:id',
      bodyOf(({ role, sites, disabled }) => ({
        role: optional(role, roleOf),
        sites: optional(sites, grantedOf),
        disabled: optional(disabled, (given) => truthOf(given, 'disabled')),
      })),
      async (c) => {
        const { role, sites, disabled } = c.req.valid('json')
        if (sites) await refuseBeyond(c, db, sites)
        const changed = await database.transact(async (tx) => {
          const admins = await holdAdmins(tx)
          const user = await userOf(c, tx)
          const access = { role: role ?? user.role, sites: sites ?? user.sites }
          const disabledAt = disabled === undefined ? user.disabledAt : disabled ? (user.disabledAt ?? clock()) : null
          const others = admins.filter(({ id }) => id !== user.id)
          if (isInCharge(user) && !isInCharge({ ...user, ...access, disabledAt }) && !others.some(isInCharge)) {
            throw problem(409, 'The last admin of all sites stays one')
          }
          await changeUser(tx, user.id, { ...access, disabledAt })
          const detail = `${accessText(user)} → ${accessText(access)}${disabledAt === null ? '' : ', disabled'}`
          await record(c, tx, 'user changed', user.email, detail)
          return { ...user, ...access, disabledAt }
        })
        return c.json(seenOf(changed))
      },
    )
    .post('/:id/link', async (c) => {
      const link = await database.transact(async (tx) => {
        const { email, passwordHash, disabledAt } = await userOf(c, tx)
        if (disabledAt !== null) throw problem(409, 'This user is disabled')
        await record(c, tx, 'link made', email)
        return makeLink(c, tx, { email, kind: passwordHash === undefined ? 'invite' : 'reset' })
      })
      return c.json({ link }, 201)
    })

  /** One of those whom the admin may see to: for others there is nobody here. */
  async function userOf(c: Context<SignedIn>, tx: Db): Promise<KnownUser> {
    const user = await findUserById(tx, c.req.param('id') ?? '')
    if (user && coversSites(c.get('user'), user.sites)) return user
    throw problem(404, 'There is no such user')
  }

  /** Told once, to whoever passes it on. */
  async function makeLink(c: Context, tx: Db, { email, kind }: { email: string; kind: 'invite' | 'reset' }) {
    const token = newToken()
    await recordLink(tx, hashToken(token), { kind, email }, clock() + LINK_LIFE)
    return `${config.publicUrl ?? new URL(c.req.url).origin}/join#${token}`
  }

  function record(
    c: Context<SignedIn>,
    tx: Db,
    action: 'user invited' | 'user changed' | 'link made',
    subject: string,
    detail?: string,
  ): Promise<void> {
    const deed = { actor: c.get('user').email, action, subject }
    return recordAudit(tx, detail === undefined ? deed : { ...deed, detail }, clock())
  }
}

function seenOf({ id, email, role, sites, createdAt, disabledAt, passwordHash }: KnownUser) {
  const state = disabledAt !== null ? 'disabled' : passwordHash === undefined ? 'invited' : 'active'
  return { id, email, role, sites, createdAt, state } as const
}

function isInCharge(user: KnownUser): boolean {
  return isFullAdmin(user) && user.disabledAt === null && user.passwordHash !== undefined
}

function accessText({ role, sites }: Access): string {
  return `${role} of ${sites === 'all' ? 'all sites' : sites.join(', ') || 'no site'}`
}

function emailOf(input: unknown): string {
  const email = normalizeEmail(shortText(input, 'email'))
  if (email === null) throw problem(422, 'This is not an e-mail address')
  return email
}

function roleOf(input: unknown) {
  const role = ROLES.find((each) => each === input)
  if (!role) throw problem(422, `role is one of ${ROLES.join(', ')}`)
  return role
}
