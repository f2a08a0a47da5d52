/** A year of many people: four of five stay unknown, some ask for a demo, some are won or lost. The same at each run. */
import type { Database } from '../../collector/store/database.ts'
import { forEachRow } from '../../collector/store/many.ts'

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
const SITE = 'acme'
const FORMS = ['demo request', 'newsletter', 'contact', 'trial']

interface Rows {
  leads: Parameters<typeof insertLeads>[1][number][]
  events: Parameters<typeof insertEvents>[1][number][]
  spans: Parameters<typeof insertSpans>[1][number][]
  edits: Parameters<typeof insertEdits>[1][number][]
}

export async function fillHistories({ db }: Database, leads: number, eventsALead: number, now: number): Promise<void> {
  const random = newRandom(20260615)
  for (let from = 0; from < leads; from += LEADS_A_PART) {
    const rows: Rows = { leads: [], events: [], spans: [], edits: [] }
    for (let i = from; i < Math.min(leads, from + LEADS_A_PART); i++) addLead(rows, i, eventsALead, now, random)
    await db.transaction().execute(async (tx) => {
      await insertLeads(tx, rows.leads)
      await insertEvents(tx, rows.events)
      await insertSpans(tx, rows.spans)
      await insertEdits(tx, rows.edits)
    })
  }
}

/** Of the i-th of them. */
export function visitorIdOf(i: number): string {
  return idOf('a', i)
}

/** The lead of an unknown visitor bears the visitor's id. */
export function leadIdOf(i: number): string {
  return isKnownOf(i) ? idOf('b', i) : visitorIdOf(i)
}

const isKnownOf = (i: number) => i % 5 === 0

function addLead(rows: Rows, i: number, eventsALead: number, now: number, random: () => number): void {
  const pick = <T>(values: readonly T[]) => values[Math.floor(random() * values.length)] as T
  const isKnown = isKnownOf(i)
  const [visitor_id, lead_id] = [visitorIdOf(i), leadIdOf(i)]
  const email = isKnown ? `ada${i}@firm${i % 5000}.example` : null
  // Most do little, few do much.
  const many = Math.max(1, Math.round(-Math.log(1 - random()) * eventsALead))
  let at = now - Math.floor(random() * 360) * DAY
  const events = Array.from({ length: many }, (_, n) => {
    at = Math.min(now - 1, at + (random() < 0.8 ? random() * 3 * MINUTE : random() * 20 * DAY))
    const url = `https://acme.example${random() < 0.3 ? `/blog/article-${Math.floor(random() * 300)}` : pick(PATHS)}`
    const [type, body, page_id = null] = eventOf(random(), n, isKnown && n === many - 1 ? (email as string) : null)
    const row = { site_id: SITE, event_id: idOf('e', i, n), visitor_id, type, at: Math.round(at), page_id }
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
  rows.events.push(...events)
  rows.leads.push({
    ...{ site_id: SITE, lead_id, email, version: 1, first_seen_at: events[0]?.at ?? now, last_seen_at: Math.round(at) },
    next_change_at: Number.MAX_SAFE_INTEGER,
  })
  if (!isKnown) return
  const span = { site_id: SITE, visitor_id, lead_id, from_at: 0, until_at: Number.MAX_SAFE_INTEGER, quarantined: 0 }
  rows.spans.push(span)
  if (random() > 0.1) return
  const stage = random() < 0.4 ? 'customer' : 'lost'
  const edit = { site_id: SITE, lead_id, edit_id: idOf('d', i), type: 'stage', at: Math.round(at) + 1 }
  rows.edits.push({ ...edit, author: 'eve', body: JSON.stringify({ stage, note: null }) })
}

const insertLeads = inserting('lead', {
  ...{ site_id: 'text', lead_id: 'text', email: 'text', version: 'bigint' },
  ...{ first_seen_at: 'bigint', last_seen_at: 'bigint', next_change_at: 'bigint' },
})
const insertEvents = inserting('event', {
  ...{ site_id: 'text', event_id: 'text', visitor_id: 'text', type: 'text', at: 'bigint', page_id: 'text' },
  ...{ body: 'text', bot: 'bigint' },
})
const insertSpans = inserting('span', {
  ...{ site_id: 'text', visitor_id: 'text', lead_id: 'text', from_at: 'bigint', until_at: 'bigint' },
  quarantined: 'bigint',
})
const insertEdits = inserting('edit', {
  ...{ site_id: 'text', lead_id: 'text', edit_id: 'text', type: 'text', at: 'bigint', author: 'text', body: 'text' },
})

function inserting<const C extends Record<string, 'text' | 'bigint'>>(table: string, columns: C) {
  const names = Object.keys(columns).join(', ')
  return forEachRow<never, C>(columns, `insert into ${table} (${names}) select ${names} from given where true`)
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
