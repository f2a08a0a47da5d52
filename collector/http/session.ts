/** `/api/session`: who is there, signing in and out, and one's own password. */
import { type Context, Hono } from 'hono'
import { normalizeEmail } from '../domain/identity.ts'
import { hashPassword, isPassword } from '../password.ts'
import { recordAudit } from '../store/audit.ts'
import { changePassword, findUser, findUserById, holdUnchanged, type KnownUser, type User } from '../store/users.ts'
import { addressOf, networkOf } from './address.ts'
import { Allowance } from './allowance.ts'
import { bodyOf, shortText } from './body.ts'
import type { Collector, SignedIn } from './context.ts'
import { refuseForeignSignIn } from './foreign.ts'
import { newPasswordOf, passwordOf, tellBusy } from './passwords.ts'
import { problem } from './problem.ts'
import { refuseOthersPages, refusePlainHttp, requireSignIn, signIn, signOut, wasSignedIn } from './signin.ts'

/** One try in six seconds from each address, ten at once. */
const OF_ADDRESS = { perSecond: 1 / 6, burst: 10 }
/** For each account as many as from three addresses: whoever guesses from one must not keep its owner out. */
const OF_ACCOUNT = { perSecond: 1 / 2, burst: 30 }

export function sessionRoutes(collector: Collector) {
  // Apart: else addresses could be made to push accounts out of what is remembered.
  const ofAddress = new Allowance(OF_ADDRESS.perSecond, OF_ADDRESS.burst)
  const ofAccount = new Allowance(OF_ACCOUNT.perSecond, OF_ACCOUNT.burst)
  const { database, clock } = collector

  /**
   * Before the password is worked out, which costs more than the try. Who is sent away for the address spends nothing of the
   * account's.
   * @param isOwner the account is not asked, so that guesses from everywhere do not keep its owner out
   */
  function spendTry(c: Context, account: string, isOwner = false): void {
    const wait =
      ofAddress.take(networkOf(addressOf(c, collector)), clock()) || (isOwner ? 0 : ofAccount.take(account, clock()))
    if (wait === 0) return
    c.header('retry-after', String(wait))
    throw problem(429, `Too many tries; wait ${wait} seconds`)
  }

  function signInUnchanged(c: Context, user: KnownUser): Promise<boolean> {
    return database.transact(async (tx) => {
      if (!(await holdUnchanged(tx, user))) return false
      await signIn(c, collector, tx, user.id)
      await recordAudit(tx, { actor: user.email, action: 'signed in' }, clock())
      return true
    })
  }

  return new Hono<SignedIn>()
    .post(
      '/',
      bodyOf(({ email, password }) => ({ email: shortText(email, 'email'), password: passwordOf(password) })),
      async (c) => {
        refuseForeignSignIn(c, collector)
        refusePlainHttp(c, collector)
        const { email, password } = c.req.valid('json')
        const address = normalizeEmail(email) ?? ''
        spendTry(c, address, await wasSignedIn(c, collector, address))
        const known = await findUser(database.db, address)
        const isRight = await isPassword(password, known?.passwordHash).catch(tellBusy)
        const isIn = known !== undefined && isRight && (await signInUnchanged(c, known))
        if (!isIn) {
          await recordAudit(database.db, { actor: address, action: 'sign-in refused' }, clock())
          throw problem(401, 'This address and password do not go together')
        }
        return c.json({ user: seenOf(known) })
      },
    )
    .use(requireSignIn(collector))
    .get('/', (c) => {
      const publicUrl = collector.config.publicUrl ?? new URL(c.req.url).origin
      const { pinnedTracker, sawUntrustedProxy } = collector
      const { room, lostCommits } = collector.condition
      const warnings = { proxyWarning: sawUntrustedProxy, diskWarning: room?.isLow ?? false, lostCommits }
      return c.json({ user: seenOf(c.get('user')), publicUrl, pinnedTracker, ...warnings })
    })
    .delete('/', async (c) => {
      await database.transact(async (tx) => {
        await signOut(c, collector, tx)
        await recordAudit(tx, { actor: c.get('user').email, action: 'signed out' }, clock())
      })
      return c.body(null, 204)
    })
    .put(
      '/password',
      refuseOthersPages,
      bodyOf(({ password, newPassword }) => ({
        password: passwordOf(password),
        newPassword: newPasswordOf(newPassword),
      })),
      async (c) => {
        const user = c.get('user')
        const { password, newPassword } = c.req.valid('json')
        const known = await findUserById(database.db, user.id)
        if (!known) throw problem(403, 'A token has no password')
        // Who is signed in here need not be its owner.
        spendTry(c, known.email)
        const isRight = await isPassword(password, known.passwordHash).catch(tellBusy)
        if (!isRight) throw problem(403, 'This is not your present password')
        const passwordHash = await hashPassword(newPassword).catch(tellBusy)
        await database.transact(async (tx) => {
          if (!(await holdUnchanged(tx, known))) throw problem(403, 'This is not your present password')
          await changePassword(tx, known, passwordHash)
          await signIn(c, collector, tx, known.id)
          const deed = { actor: known.email, subject: known.email }
          await recordAudit(tx, { ...deed, action: 'password changed' }, clock())
        })
        return c.body(null, 204)
      },
    )
}

function seenOf({ email, role, sites }: User) {
  return { email, role, sites }
}
