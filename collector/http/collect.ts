/** `POST /e`: where trackers post. */
import type { IncomingMessage } from 'node:http'
import { type Context, Hono } from 'hono'
import { setCookie } from 'hono/cookie'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { isbot } from 'isbot'
import type { Receipt } from '../../tracker/protocol.ts'
import { globsOf } from '../domain/glob.ts'
import { Unavailable } from '../intake.ts'
import { arrivalsOf } from '../judge.ts'
import { findSecrets } from '../store/secrets.ts'
import { findSites, type Site } from '../store/sites.ts'
import { addressOf, networkOf } from './address.ts'
import { Allowance } from './allowance.ts'
import { type CheckedBatch, checkBatch, parseBody, type Visit } from './batch.ts'
import { Malformed } from './checks.ts'
import type { Collector } from './context.ts'
import { whereaboutsOf } from './whereabouts.ts'

const LARGEST_BODY = 64 * 1024
const BURST_SECONDS = 10
/** Sites change rarely, and each request asks for one. */
const SITES_KEPT = 1000
/** Long enough for any browser's; the bot patterns run over it. */
const LONGEST_USER_AGENT = 512
const USER_AGENTS_KEPT = 1000
/** What is taken in of a turn of the event loop that is late: with less to do, it is not for that that it is late. */
const MOST_WHILE_LATE = 100
const RETRY_AFTER_SECONDS = 2
/** What its owner may mend is worth another try, though not soon. */
const RETRY_MISTAKE_AFTER_SECONDS = 60 * 60
/** Thirteen months, the longest that the French authority allows without asking again. */
const COOKIE_SECONDS = 396 * 24 * 60 * 60

/** A refusal of a whole request. */
class Refused extends Error {
  readonly status: ContentfulStatusCode
  readonly siteId: string
  /** In seconds; null: it is not worth another try. */
  readonly retryAfter: number | null

  constructor(status: ContentfulStatusCode, reason: string, siteId = '', retryAfter: number | null = null) {
    super(reason)
    this.status = status
    this.siteId = siteId
    this.retryAfter = retryAfter
  }
}

export function collectRoutes(collector: Collector) {
  const { config, database, intake, standings, loop, condition, meters, findCountry, log, clock } = collector
  const ofAddress = new Allowance(config.rateLimit, config.rateLimit * BURST_SECONDS)
  const ofSite = new Allowance(config.siteRateLimit, config.siteRateLimit * BURST_SECONDS)
  const isBot = keepBots()
  const findSite = keepSites(async () => {
    const [sites, secrets] = await Promise.all([findSites(database.db), findSecrets(database.db)])
    return sites.map((site) => ({ site, secrets: secrets.get(site.id) ?? [] }))
  }, clock)
  const app = new Hono()

  // Answers of every kind can be read by the page that asked, so that the tracker knows what became of its events.
  app.use(async (c, next) => {
    await next()
    if (c.req.method === 'POST') meters.requests.add(String(c.res.status))
    // With the exact origin a tracker may send its cookie along (`data-cookie`). The answers tell nothing of anybody.
    c.res.headers.set('access-control-allow-origin', c.req.header('origin') ?? '*')
    c.res.headers.set('access-control-allow-credentials', 'true')
    c.res.headers.set('access-control-expose-headers', 'Retry-After')
    c.res.headers.append('vary', 'Origin')
    c.res.headers.set('cross-origin-resource-policy', 'cross-origin')
  })

  app.options('/', (c) => {
    c.header('access-control-allow-methods', 'POST')
    c.header('access-control-allow-headers', 'content-type')
    c.header('access-control-max-age', '86400')
    return c.body(null, 204)
  })

  app.post(
    '/',
    async (c, next) => {
      if (condition.refusal !== null) throw new Unavailable(`The database is ${condition.refusal}`)
      const isLate = loop.isLate && intake.waiting.events > MOST_WHILE_LATE
      if (intake.isFull() || standings.isBehind || isLate) throw new Unavailable('Too much is waiting')
      const wait = ofAddress.take(networkOf(addressOf(c, collector)), clock())
      if (wait > 0) throw new Refused(429, 'more requests from one address than RATE_LIMIT lets in', '', wait)
      return next()
    },
    async (c) => {
      const body = await readBody(c)
      const batch = readBatch(c.req.header('content-type'), body)
      const known = await findSite(batch.site)
      if (!known) throw new Refused(404, 'unknown site', '', RETRY_MISTAKE_AFTER_SECONDS)
      const { site, secrets } = known
      const origin = c.req.header('origin') ?? ''
      if (site.origins.length > 0 && !globsOf(site.origins)(origin)) {
        throw new Refused(403, 'this origin may not post for the site', site.id, RETRY_MISTAKE_AFTER_SECONDS)
      }
      const wait = ofSite.take(site.id, clock())
      if (wait > 0) throw new Refused(429, 'more requests for the site than SITE_RATE_LIMIT lets in', site.id, wait)
      const userAgent = (c.req.header('user-agent') ?? '').slice(0, LONGEST_USER_AGENT)
      const bot = isBot(userAgent)
      const whereabouts = whereaboutsOf(findCountry(addressOf(c, collector)), c.req.header('accept-language'))
      const arrivals = arrivalsOf(batch, { site, bot, whereabouts, receivedAt: clock(), secrets })
      const answers = await Promise.all(arrivals.map((arrival) => intake.takeIn(arrival, body.length)))
      keepVisitor(c, batch)
      const receipt: Receipt = {
        accepted: answers.reduce((sum, { accepted }) => sum + accepted, 0),
        rejected: answers.flatMap(({ rejected }) => rejected),
      }
      return c.json(receipt, 202)
    },
  )

  app.onError((error, c) => {
    if (error instanceof Refused) {
      const sample = c.req.header('origin')?.slice(0, LONGEST_USER_AGENT) ?? null
      intake.refuse({ siteId: error.siteId, reason: error.message, sample }, clock())
      if (error.retryAfter !== null) c.header('retry-after', String(error.retryAfter))
      return c.json({ error: error.message }, error.status)
    }
    if (!(error instanceof Unavailable)) throw error
    const isForeseen = condition.note(error) !== null || error.cause === undefined
    if (!isForeseen) log.error({ err: error.cause }, 'A batch could not be taken in')
    c.header('retry-after', String(RETRY_AFTER_SECONDS))
    return c.json({ error: 'try again later' }, 503)
  })

  return app
}

/**
 * Keeps the visitor's id in a cookie of the site's own domain, if the site wants one and the collector is on that domain:
 * browsers that forget what scripts have stored keep what a server sets. Not `HttpOnly`, because the tracker reads it.
 */
function keepVisitor(c: Context, { cookie, visits }: CheckedBatch): void {
  // After `reset` the events of who was here before may come with the first of who is here now.
  const latest = ({ events }: Visit) => Math.max(...events.map(({ at }) => at))
  const [visit] = visits.filter(({ visitorId }) => visitorId).sort((a, b) => latest(b) - latest(a))
  const { visitorId, events } = visit ?? { events: [] }
  const origin = c.req.header('origin') ?? ''
  // Any page may post here; only one of the same site may set its visitors' cookie.
  const isOwn = /^same-(origin|site)$/.test(c.req.header('sec-fetch-site') ?? '') && URL.canParse(origin)
  if (cookie === undefined || visitorId === undefined || !isOwn) return
  if (cookie !== '' && !`.${new URL(origin).hostname}`.endsWith(`.${cookie}`)) return
  const isRefused = events.some((event) => event.type === 'consent' && event.choice === 'denied')
  setCookie(c, 'braise', isRefused ? '' : visitorId, {
    ...(cookie !== '' && { domain: cookie }),
    path: '/',
    maxAge: isRefused ? 0 : COOKIE_SECONDS,
    sameSite: 'Lax',
    secure: origin.startsWith('https:'),
  })
}

/**
 * The body, as far as it is not too large. It is read from the socket where there is one: to make a `Request` of it, as
 * Hono would, takes longer than to store an event.
 */
async function readBody(c: Context): Promise<string> {
  const tooLarge = () => new Refused(413, 'the batch is larger than 64 KiB')
  if (Number(c.req.header('content-length') ?? 0) > LARGEST_BODY) throw tooLarge()
  const { incoming } = (c.env ?? {}) as { incoming?: IncomingMessage }
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    // The connection is still needed for the answer.
    for await (const chunk of incoming?.iterator({ destroyOnReturn: false }) ?? c.req.raw.body ?? []) {
      bytes += chunk.length
      if (bytes > LARGEST_BODY) throw tooLarge()
      chunks.push(chunk)
    }
  } catch (error) {
    // Whoever went away in the middle hears nothing of it, and it is no error of ours.
    throw error instanceof Refused ? error : new Refused(400, 'the body did not arrive')
  }
  return Buffer.concat(chunks).toString()
}

function readBatch(contentType: string | undefined, body: string): CheckedBatch {
  // Only these; a form's own types would let any page post here by a plain form.
  if (!/^(text\/plain|application\/json)\s*(;|$)/i.test(contentType ?? '')) {
    throw new Refused(415, 'the content type is neither text/plain nor application/json')
  }
  try {
    return checkBatch(parseBody(body))
  } catch (error) {
    if (error instanceof SyntaxError) throw new Refused(400, 'the body is not JSON')
    if (error instanceof Malformed) throw new Refused(422, error.message)
    throw error
  }
}

interface KnownSite {
  site: Site
  /** By which its own server signs identities. */
  secrets: string[]
}

/** Whether a user agent is a bot's: a long list of patterns, and most of those who ask have been here before. */
function keepBots() {
  const known = new Map<string, boolean>()
  return (userAgent: string): boolean => {
    const bot = known.get(userAgent) ?? (userAgent === '' || isbot(userAgent))
    if (known.size >= USER_AGENTS_KEPT) known.delete(known.keys().next().value as string)
    known.set(userAgent, bot)
    return bot
  }
}

function keepSites(load: () => Promise<KnownSite[]>, clock: () => number) {
  let loading: Promise<KnownSite[]> | undefined
  let loadedAt = 0
  return async (siteId: string): Promise<KnownSite | undefined> => {
    if (!loading || Math.abs(clock() - loadedAt) > SITES_KEPT) {
      loadedAt = clock()
      // Kept as a promise: those who ask while it is under way must wait for it, not be told that no site is known.
      loading = load()
      loading.catch(() => {
        loading = undefined
      })
    }
    const sites = await loading.catch((error) => {
      throw new Unavailable('The database cannot be read', { cause: error })
    })
    return sites.find(({ site }) => site.id === siteId)
  }
}
