import type { Batch, VisitorEvent } from '../../tracker/protocol.ts'
import { between, pick, type Random, uuid7 } from './random.ts'

/** What the intake would have received: the body, when, and from which browser. */
export interface SimulatedBatch {
  receivedAt: number
  userAgent: string
  batch: Batch<VisitorEvent>
}

export interface World {
  site: string
  origin: string
  now: number
  random: Random
  /** How many browsers there are so far. */
  browsers: number
  batches: SimulatedBatch[]
}

export interface Browser {
  userAgent: string
  /** Minted by the first visit, from its time, as the tracker does. */
  visitorId?: string
}

export interface Submission {
  form: string
  fields: Record<string, string>
  /** How many fields the form has, whether filled or not. */
  offered: number
  /** How many fields were filled of which the tracker tells nothing more, such as messages. */
  untold: number
  /** Left out for people, who take a few seconds a field. */
  filledMs?: number
  trapped?: boolean
}

export interface Step {
  path: PagePath
  submit?: Submission
  /** A path that is clicked to download, after the form if there is one. */
  download?: string
  /** Overrides how long people usually stay on the page. */
  seconds?: number
}

/** Where a session comes from. */
export interface Arrival {
  referrer?: string
  /** With its `?`, for campaign parameters. */
  query?: string
}

export function openBrowser(world: World, userAgent = pick(world.random, userAgents)): Browser {
  world.browsers += 1
  return { userAgent }
}

/** One session: the pages in their order, each posted as it opens, together with how long the one before was read. */
export function visit(world: World, browser: Browser, start: number, steps: Step[], arrival: Arrival = {}): void {
  const { random } = world
  const stays = steps.map((step) => planStay(random, step))
  const length = stays.reduce((sum, stay) => sum + stay.ms + betweenPagesMs, 0)
  // A visit that would still be going on at `now` began a little earlier instead.
  let at = Math.min(start, world.now - length - longestDelayMs)
  let referrer = arrival.referrer
  let left: VisitorEvent[] = []
  browser.visitorId ??= uuid7(random, at)

  for (const [index, step] of steps.entries()) {
    const stay = stays[index] as Stay
    const pageId = uuid7(random, at)
    const url = world.origin + step.path + (index === 0 ? (arrival.query ?? '') : '')
    const page: VisitorEvent = { id: uuid7(random, at), type: 'page', at, pageId, url, title: pages[step.path].title }
    post(world, browser, [...left, referrer ? { ...page, referrer } : page])
    if (step.submit) post(world, browser, [submission(random, url, at + stay.submitMs, step.submit, stay.filledMs)])
    if (step.download) post(world, browser, [download(world, url, at + stay.downloadMs, step.download)])
    at += stay.ms
    const visibleMs = Math.round(stay.ms * (0.6 + 0.4 * random()))
    const scrollDepth = Math.min(100, between(random, 25, 60) + Math.round(visibleMs / 1500))
    left = [{ id: uuid7(random, at), type: 'engage', at, pageId, visibleMs, scrollDepth }]
    at += betweenPagesMs
    referrer = url
  }
  post(world, browser, left)
}

/** The time from one page's end to the next one's start. */
const betweenPagesMs = 400
/** From an event to its arrival at the collector, at the most: the wait for company, and the network. */
const longestDelayMs = 1500

interface Stay {
  ms: number
  filledMs: number
  /** From the page's start. */
  submitMs: number
  downloadMs: number
}

function planStay(random: Random, { path, submit, download, seconds }: Step): Stay {
  const [least, most] = pages[path].seconds
  const readMs = seconds === undefined ? between(random, least * 1000, most * 1000) : seconds * 1000
  const filledMs = submit?.filledMs ?? (submit ? filledIn(submit) * between(random, 2500, 6000) : 0)
  const submitMs = readMs + filledMs
  const downloadMs = submitMs + between(random, 2500, 9000)
  return { ms: (download ? downloadMs : submitMs) + (submit ? 3000 : 0), filledMs, submitMs, downloadMs }
}

function submission(random: Random, url: string, at: number, submit: Submission, filledMs: number): VisitorEvent {
  const { form, fields, offered, trapped = false } = submit
  const filled = filledIn(submit)
  return { id: uuid7(random, at), type: 'form', at, url, form, fields, offered, filled, filledMs, trapped }
}

function filledIn({ fields, untold }: Submission): number {
  return Object.keys(fields).length + untold
}

function download({ random, origin }: World, url: string, at: number, path: string): VisitorEvent {
  const properties = { href: origin + path }
  return { id: uuid7(random, at), type: 'track', at, url, name: 'File Downloaded', properties }
}

function post(world: World, { visitorId, userAgent }: Browser, events: VisitorEvent[]): void {
  const sentAt = Math.max(...events.map((event) => event.at)) + between(world.random, 100, 1200)
  const receivedAt = sentAt + between(world.random, 20, 250)
  world.batches.push({ receivedAt, userAgent, batch: { site: world.site, visitorId, sentAt, events } })
}

const spreadsheet = '/demo/blog/end-of-the-spreadsheet'
const ratio = '/demo/blog/planned-ratio'
const lubrication = '/demo/blog/lubrication-rounds'
const spares = '/demo/blog/spare-parts'

export type PagePath = keyof typeof pages

export const articles = [spreadsheet, ratio, lubrication, spares] as const
export const guideFile = '/demo/guides/maintenance-planning-guide.txt'

/** Titles as the site has them, and how long people stay. */
export const pages = {
  '/demo/': { title: 'Oilcan: maintenance planning for factories', seconds: [8, 60] },
  '/demo/pricing': { title: 'Pricing · Oilcan', seconds: [20, 120] },
  '/demo/blog': { title: 'Blog · Oilcan', seconds: [6, 30] },
  [spreadsheet]: {
    title: 'Five signs that the maintenance spreadsheet has had its day · Oilcan',
    seconds: [25, 240],
  },
  [ratio]: { title: 'What share of the work should be planned? · Oilcan', seconds: [20, 190] },
  [lubrication]: { title: 'How to write a lubrication round that people follow · Oilcan', seconds: [20, 180] },
  [spares]: { title: 'Which spare parts deserve a place on the shelf? · Oilcan', seconds: [20, 180] },
  '/demo/case-studies/halden-bakeries': { title: 'Case study: Halden Bakeries · Oilcan', seconds: [40, 210] },
  '/demo/guides/maintenance-planning': {
    title: 'Guide: plan your first maintenance week · Oilcan',
    seconds: [12, 50],
  },
  '/demo/demo': { title: 'Book a demo · Oilcan', seconds: [8, 40] },
  '/demo/contact': { title: 'Contact · Oilcan', seconds: [8, 40] },
  '/demo/careers': { title: 'Careers · Oilcan', seconds: [30, 150] },
} satisfies Record<string, { title: string; seconds: [least: number, most: number] }>

export const search: Arrival[] = [
  { referrer: 'https://www.google.com/' },
  { referrer: 'https://www.google.com/' },
  { referrer: 'https://www.bing.com/' },
  { referrer: 'https://duckduckgo.com/' },
]
export const linkedIn: Arrival = { referrer: 'https://www.linkedin.com/' }
export const advert: Arrival = {
  referrer: 'https://www.linkedin.com/',
  query: '?utm_source=linkedin&utm_medium=paid&utm_campaign=planning-guide',
}
/** Mail readers send no referrer. */
export const newsletter: Arrival = { query: '?utm_source=newsletter&utm_medium=email&utm_campaign=monthly-round' }

export const phone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1'
const userAgents = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15',
  'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36',
  phone,
]
