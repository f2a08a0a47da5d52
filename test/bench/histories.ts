/** A year of many people: four of five stay unknown, some ask for a demo, some are won or lost. The same at each run. */
import type { Database, Db } from '../../collector/store/database.ts'
import { inParts } from '../../collector/store/parts.ts'

const DAY = 24 * 60 * 60 * 1000
const MINUTE = 60 * 1000
const LEADS_A_PART = 500
const PATHS = [
  '/',
  '/pricing',
  '/docs/start',
  '/case-studies/mill',
  '/demo',
  '/careers',
  '/about',
  '/fr/tarifs',
  '/api',
]
const FORMS = ['demo request', 'newsletter', 'contact', 'trial']

export async function fillHistories({ db }: Database, leads: number, eventsALead: number, now: number): Promise<void> {
  const random = newRandom(20260615)
  for (let from = 0; from < leads; from += LEADS_A_PART) {
    await db.transaction().execute(async (tx) => {
      for (let i = from; i < Math.min(leads, from + LEADS_A_PART); i++) await fillLead(tx, i, eventsALead, now, random)
    })
  }
}

async function fillLead(db: Db, i: number, eventsALead: number, now: number, random: () => number): Promise<void> {
  const pick = <T>(values: readonly T[]) => values[Math.floor(random() * values.length)] as T
  const isKnown = i % 5 === 0
  const visitor_id = idOf('a', i)
  const lead_id = isKnown ? idOf('b', i) : visitor_id
  const email = isKnown ? `ada${i}@firm${i % 5000}.example` : null
  // Most do little, few do much.
  const many = Math.max(1, Math.round(-Math.log(1 - random()) * eventsALead))
  let at = now - Math.floor(random() * 360) * DAY
  const rows = Array.from({ length: many }, (_, n) => {
    at = Math.min(now - 1, at + (random() < 0.8 ? random() * 3 * MINUTE : random() * 20 * DAY))
    const url = `https://acme.example${random() < 0.3 ? `/blog/article-${Math.floor(random() * 300)}` : pick(PATHS)}`
    const [type, body, page_id] = eventOf(random(), n, isKnown && n === many - 1 ? (email as string) : null)
    const row = { event_id: idOf('e', i, n), visitor_id, type, at: Math.round(at), page_id }
    return { ...row, body: JSON.stringify(body), bot: 0 }

    function eventOf(chance: number, n: number, address: string | null): [string, object, string?] {
      if (address !== null) return ['form', { url, form: pick(FORMS), fields: { email: address, firstName: 'Ada' } }]
      if (chance < 0.55) return ['page', { url, title: `A page of Acme: ${url}`, referrer: '' }, idOf('f', i, n)]
      if (chance < 0.9)
        return [
          'engage',
          { visibleMs: Math.round(random() * 60_000), scrollDepth: 80 },
          idOf('f', i, Math.max(0, n - 1)),
        ]
      const name = pick(['File Downloaded', 'Feature Used', 'Outbound Link Clicked'])
      return ['track', { url, name, properties: { href: '/files/guide.pdf' } }]
    }
  })
  await db
    .insertInto('lead')
    .values({
      ...{ site_id: 'acme', lead_id, email, name: null, company: null, owner: null, version: 1 },
      ...{ first_seen_at: rows[0]?.at ?? now, last_seen_at: at, next_change_at: Number.MAX_SAFE_INTEGER },
    })
    .execute()
  for (const part of inParts(rows)) {
    await db
      .insertInto('event')
      .values(part.map((row) => ({ site_id: 'acme', ...row })))
      .execute()
  }
  if (!isKnown) return
  await db
    .insertInto('span')
    .values({ site_id: 'acme', visitor_id, lead_id, from_at: 0, until_at: Number.MAX_SAFE_INTEGER, quarantined: 0 })
    .execute()
  if (random() > 0.1) return
  const stage = random() < 0.4 ? 'customer' : 'lost'
  const edit = { site_id: 'acme', lead_id, edit_id: idOf('d', i), type: 'stage' as const, at: Math.round(at) + 1 }
  await db
    .insertInto('edit')
    .values({ ...edit, author: 'eve', body: JSON.stringify({ stage, note: null }) })
    .execute()
}

function idOf(kind: string, i: number, n = 0): string {
  const digits = (value: number, length: number) => value.toString(16).padStart(length, '0')
  // Scattered as ids of different times are.
  const scattered = digits((i * 2_654_435_761) % 2 ** 32, 8)
  return `0190${scattered.slice(0, 4)}-${scattered.slice(4)}-7${kind}00-8000-${digits(i, 8)}${digits(n, 4)}`
}

/** mulberry32: https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
function newRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
