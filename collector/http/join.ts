/** `/api/join`: the one-time links of new and forgetful users. */
import { Hono } from 'hono'
import { normalizeEmail } from '../domain/identity.ts'
import { presets } from '../domain/presets.ts'
import { hashPassword, hashToken } from '../password.ts'
import { recordAudit } from '../store/audit.ts'
import {
  changePassword,
  createUser,
  findLink,
  findUser,
  hasUsers,
  type OneTimeLink,
  type User,
  useLink,
} from '../store/users.ts'
import { bodyOf, optional, shortText } from './body.ts'
import type { Collector } from './context.ts'
import { refuseForeignSignIn } from './foreign.ts'
import { newPasswordOf, tellBusy } from './passwords.ts'
import { problem } from './problem.ts'
import { refusePlainHttp, signIn } from './signin.ts'
import { publishTargets, targetsOf } from './targets.ts'

export function joinRoutes(collector: Collector) {
  const { database, clock, config } = collector
  const gone = () => problem(404, 'This link has been used or is too old')

  /** One for the first user is of no use once there is one, by whatever way. */
  async function linkOf(token: string): Promise<OneTimeLink> {
    const link = await findLink(database.db, hashToken(token), clock())
    if (!link || (link.kind === 'first' && (await hasUsers(database.db)))) throw gone()
    return link
  }

  return new Hono()
    .post(
      '/check',
      bodyOf(({ token }) => ({ token: shortText(token, 'token') })),
      async (c) => {
        const link = await linkOf(c.req.valid('json').token)
        const offered = link.kind === 'first' ? presets() : []
        return c.json({ ...link, presets: offered.map(({ id, label, about }) => ({ id, label, about })) })
      },
    )
    .post(
      '/',
      bodyOf(({ token, email, password, targets }) => ({
        token: shortText(token, 'token'),
        email: optional(email, (given) => shortText(given, 'email')),
        password: newPasswordOf(password),
        targets: optional(targets, targetsOf),
      })),
      async (c) => {
        refuseForeignSignIn(c, collector)
        refusePlainHttp(c, collector)
        const { token, email, password, targets } = c.req.valid('json')
        const address = email === undefined ? null : normalizeEmail(email)
        const link = await linkOf(token)
        if (link.kind === 'first' && address === null) throw problem(422, 'This is not an e-mail address')
        const passwordHash = await hashPassword(password).catch(tellBusy)
        const user = await database.transact(async (tx): Promise<User> => {
          const used = await useLink(tx, hashToken(token), clock())
          if (!used) throw gone()
          const known = await findUser(tx, used.email ?? address ?? '')
          const user = used.kind === 'first' ? await signUp() : known
          if (!user || (known && known.disabledAt !== null)) throw gone()
          if (known) await changePassword(tx, known, passwordHash)
          const action = used.kind === 'reset' ? 'password changed' : 'joined'
          await recordAudit(tx, { actor: user.email, action, subject: user.email }, clock())
          await signIn(c, collector, tx, user.id)
          return user

          async function signUp(): Promise<User> {
            const user = await createUser(tx, address ?? '', passwordHash, clock())
            if (!user) throw problem(409, 'There is a user with this address already')
            return user
          }
        })
        if (link.kind === 'first' && targets) await publishTargets(collector, config.site, targets, user.email)
        return c.json({ user: { email: user.email } }, 201)
      },
    )
}
