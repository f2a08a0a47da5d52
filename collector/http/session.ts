/** `/api/session` and `/api/join`: who is there, signing in and out, and the one-time links of new and forgetful users. */
import { type Context, Hono } from 'hono'
import { SHORTEST_PASSWORD } from '../config.ts'
import { normalizeEmail } from '../domain/identity.ts'
import { type Preset, presets } from '../domain/presets.ts'
import type { Lists } from '../domain/rule.ts'
import { hashPassword, hashToken, isPassword } from '../password.ts'
import { findRulesetOrThrow, publishRuleset } from '../store/rulesets.ts'
import { changePassword, createUser, endSignIn, findLink, findUser, type User, useLink } from '../store/users.ts'
import { addressOf } from './address.ts'
import { Allowance } from './allowance.ts'
import { bodyOf, listOfTexts, optional, shortText } from './body.ts'
import type { Collector, SignedIn } from './context.ts'
import { problem } from './problem.ts'
import { refuseForeignPages, requireSignIn, signIn, signOut, tokenOf } from './signin.ts'

/** One try in six seconds for each account and address, ten at once. */
const TRIES = { perSecond: 1 / 6, burst: 10 }
const LONGEST_PASSWORD = 200

export function sessionRoutes(collector: Collector) {
  const tries = new Allowance(TRIES.perSecond, TRIES.burst)
  const { database, clock } = collector

  function spendTry(c: Context, key: string): void {
    const wait = Math.max(tries.take(key, clock()), tries.take(addressOf(c, collector), clock()))
    if (wait === 0) return
    throw problem(429, `Too many tries; wait ${wait} seconds`)
  }

  return new Hono<SignedIn>()
    .get('/', requireSignIn(collector), (c) => {
      const { email } = c.get('user')
      const publicUrl = collector.config.publicUrl ?? new URL(c.req.url).origin
      const { pinnedTracker, sawUntrustedProxy } = collector
      return c.json({ user: { email }, publicUrl, pinnedTracker, proxyWarning: sawUntrustedProxy })
    })
    .post(
      '/',
      bodyOf(({ email, password }) => ({ email: shortText(email, 'email'), password: passwordOf(password) })),
      async (c) => {
        if (c.req.header('sec-fetch-site')) refuseForeignPages(c, collector)
        const { email, password } = c.req.valid('json')
        const address = normalizeEmail(email) ?? ''
        spendTry(c, address)
        const user = await findUser(database.db, address)
        const isRight = await isPassword(password, user?.passwordHash)
        if (!user || !isRight) throw problem(401, 'This address and password do not go together')
        await signIn(c, collector, user.id)
        return c.json({ user: { email: user.email } })
      },
    )
    .delete('/', requireSignIn(collector), async (c) => {
      const token = tokenOf(c, collector)
      if (token !== undefined) await endSignIn(database.db, hashToken(token))
      signOut(c, collector)
      return c.body(null, 204)
    })
}

export function joinRoutes(collector: Collector) {
  const { database, clock, config } = collector
  const gone = () => problem(404, 'This link has been used or is too old')

  return new Hono()
    .post(
      '/check',
      bodyOf(({ token }) => ({ token: shortText(token, 'token') })),
      async (c) => {
        const link = await findLink(database.db, hashToken(c.req.valid('json').token), clock())
        if (!link) throw gone()
        const offered = link.kind === 'first' ? presets() : []
        return c.json({ ...link, presets: offered.map(({ id, label, about }) => ({ id, label, about })) })
      },
    )
    .post(
      '/',
      bodyOf(({ token, email, password, targets }) => ({
        token: shortText(token, 'token'),
        email: optional(email, (given) => shortText(given, 'email')),
        password: passwordOf(password),
        targets: optional(targets, targetsOf),
      })),
      async (c) => {
        if (c.req.header('sec-fetch-site')) refuseForeignPages(c, collector)
        const { token, email, password, targets } = c.req.valid('json')
        if (password.length < SHORTEST_PASSWORD) {
          throw problem(422, `The password must have at least ${SHORTEST_PASSWORD} characters`)
        }
        const address = email === undefined ? null : normalizeEmail(email)
        const link = await findLink(database.db, hashToken(token), clock())
        if (!link) throw gone()
        if (link.kind === 'first' && address === null) throw problem(422, 'This is not an e-mail address')
        const passwordHash = await hashPassword(password)
        const user = await database.transact(async (tx): Promise<User> => {
          const used = await useLink(tx, hashToken(token), clock())
          if (!used) throw gone()
          const known = await findUser(tx, used.email ?? address ?? '')
          if (used.kind === 'first') {
            if (known) throw problem(409, 'There is a user with this address already')
            return createUser(tx, address ?? '', passwordHash, clock())
          }
          if (!known) throw gone()
          await changePassword(tx, known.id, passwordHash)
          return known
        })
        if (link.kind === 'first' && targets) await publishTargets(collector, config.site, targets, user.email)
        await signIn(c, collector, user.id)
        return c.json({ user: { email: user.email } }, 201)
      },
    )
}

/** The answers of the first set-up; what was skipped stays as it is. */
type Targets = Partial<Lists> & { preset?: Preset['id'] | undefined; timeZone: string }

function targetsOf(input: unknown): Targets {
  const { preset, sectors, sizes, regions, competitors, timeZone } = Object(input) as Record<string, unknown>
  return {
    preset: optional(preset, presetOf),
    sectors: optional(sectors, (given) => listOfTexts(given, 'sectors')),
    sizes: optional(sizes, (given) => listOfTexts(given, 'sizes')),
    regions: optional(regions, (given) => listOfTexts(given, 'regions')),
    competitors: optional(competitors, (given) => listOfTexts(given, 'competitors')),
    timeZone: timeZoneOf(timeZone),
  }
}

function presetOf(input: unknown): Preset['id'] {
  const preset = presets().find(({ id }) => id === input)
  if (!preset) throw problem(422, 'There is no such preset')
  return preset.id
}

function timeZoneOf(input: unknown): string {
  const name = shortText(input, 'timeZone')
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone
  } catch {
    throw problem(422, `"${name}" is not a time zone`)
  }
}

async function publishTargets(
  { database, clock, rescoring }: Collector,
  siteId: string,
  targets: Targets,
  author: string,
) {
  const { ruleset } = await findRulesetOrThrow(database.db, siteId)
  const chosen = presets().find(({ id }) => id === targets.preset)?.ruleset ?? ruleset
  const { sectors, sizes, regions, competitors } = { ...chosen.lists, ...defined(targets) }
  const changed = { ...chosen, timeZone: targets.timeZone, lists: { sectors, sizes, regions, competitors } }
  if (JSON.stringify(changed) === JSON.stringify(ruleset)) return
  const note = { note: 'First set-up', author }
  await database.transact((tx) => publishRuleset(tx, siteId, changed, note, clock()))
  rescoring.wake()
}

function defined<T extends object>(values: T): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T
}

function passwordOf(input: unknown): string {
  if (typeof input !== 'string' || input.length === 0 || input.length > LONGEST_PASSWORD) {
    throw problem(422, 'password must be a text')
  }
  return input
}
