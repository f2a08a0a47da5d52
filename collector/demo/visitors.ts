import { buyers } from './buyers.ts'
import type { SimulatedBatch, World } from './journeys.ts'
import { applicants, competitor, deskMates, employee, names, privatePeople } from './people.ts'
import {
  type Attempt,
  applicant,
  bot,
  buyer,
  deskShared,
  guideReader,
  historyMs,
  lukewarm,
  rival,
  spammer,
  subscriber,
} from './personas.ts'
import { between, mulberry32, shuffled, someMoment } from './random.ts'

const hourMs = 60 * 60 * 1000

export interface Simulation {
  /** The site's public key. */
  site: string
  /** Of the sample site: `http://localhost:3000`. */
  origin: string
  now: number
  seed?: number
  /** Browsers in all. Those with a part to play, thirty-odd, are there whatever the number; the others fill up. */
  count?: number
}

/**
 * A month of visitors to the sample site, as the batches that their trackers would have posted, by time of arrival. The
 * same arguments give the same batches.
 */
export function simulateVisitors({ site, origin, now, seed = 1, count = 300 }: Simulation): SimulatedBatch[] {
  const random = mulberry32(seed)
  const world: World = { site, origin, now, random, browsers: 0, batches: [] }
  const someday = (daysAgo = 0) => someMoment(random, now - historyMs, now - daysAgo * 24 * hourMs)
  const justNow = () => now - between(random, 0, 5 * hourMs)

  for (const person of buyers) buyer(world, person)
  deskShared(world, deskMates)
  rival(world, competitor)
  for (const person of applicants) applicant(world, person, someday(2))
  for (const attempt of spam) spammer(world, attempt, someday())
  for (const userAgent of bots) bot(world, userAgent, someday())

  const people = shuffled(random, [...privatePeople, ...names.map((name) => employee(random, name))])
  const some = (share: number) => people.splice(0, Math.round(count * share))
  for (const [index, person] of some(0.07).entries()) guideReader(world, person, index < 2 ? justNow() : someday())
  for (const [index, person] of some(0.08).entries()) subscriber(world, person, index < 2 ? justNow() : someday())
  for (let lively = 0; world.browsers < count; lively++) lukewarm(world, lively < 14 ? justNow() : someday())

  return world.batches.sort((one, other) => one.receivedAt - other.receivedAt)
}

const spam: Attempt[] = [
  {
    path: '/demo/demo',
    submit: {
      form: 'demo request',
      fields: {
        firstName: 'azerty',
        lastName: 'qsdfgh',
        email: 'azerty.qsdfgh@mailinator.com',
        company: 'azertyuiop',
        employees: '1-10',
        industry: 'Other',
      },
      offered: 10,
      untold: 0,
      filledMs: 5200,
    },
  },
  {
    path: '/demo/contact',
    submit: {
      form: 'contact request',
      fields: {
        firstName: 'https://rank-higher.example/offer',
        lastName: 'seo team',
        email: 'promo4471@yopmail.com',
        company: 'rank higher',
      },
      offered: 6,
      untold: 1,
      filledMs: 7400,
    },
  },
  {
    path: '/demo/contact',
    submit: {
      form: 'contact request',
      fields: { firstName: 'kevin', lastName: 'brown', email: 'kevin.b@fast-leads.example', company: 'fast leads' },
      offered: 6,
      untold: 1,
      filledMs: 900,
      trapped: true,
    },
  },
  {
    path: '/demo/demo',
    submit: {
      form: 'demo request',
      fields: {
        firstName: 'sdfgh',
        lastName: 'test',
        email: 'sdfgh@guerrillamail.com',
        company: 'dfghjk',
        employees: '51-200',
        industry: 'Services',
      },
      offered: 10,
      untold: 0,
      filledMs: 900,
    },
  },
]

const bots = [
  'Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/142.0.0.0 Safari/537.36',
]
