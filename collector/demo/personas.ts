import type { Buyer } from './buyers.ts'
import {
  type Arrival,
  advert,
  articles,
  guideFile,
  linkedIn,
  newsletter,
  openBrowser,
  type PagePath,
  phone,
  type Step,
  type Submission,
  search,
  visit,
  type World,
} from './journeys.ts'
import type { Person } from './people.ts'
import { between, pick, type Random, someMoment } from './random.ts'

const dayMs = 24 * 60 * 60 * 1000
/** How far back the sample goes; an hour less than thirty days, so that no clock's rounding falls out of them. */
export const historyMs = 30 * dayMs - 60 * 60 * 1000

const caseStudy = '/demo/case-studies/halden-bakeries'
const guide = '/demo/guides/maintenance-planning'

/** Reads an article or two and never says who they are; now and then comes back, or looks at the prices. */
export function lukewarm(world: World, at: number): void {
  const { random } = world
  const browser = openBrowser(world)
  visit(world, browser, at, readAround(random), comeFrom(random))
  const back = at + between(random, 1, 9) * dayMs + between(random, 0, 4 * 60) * 60_000
  if (random() < 0.35 && back < world.now) visit(world, browser, back, readAround(random), comeFrom(random))
}

/** Likes an article enough to leave an address, then opens the newsletter when it comes. */
export function subscriber(world: World, person: Person, at: number): void {
  const { random } = world
  const browser = openBrowser(world)
  visit(world, browser, at, signingUp(readAround(random), person), comeFrom(random))
  const opened = at + between(random, 5, 12) * dayMs
  if (opened < world.now) visit(world, browser, opened, read(pick(random, articles), '/demo/'), newsletter)
}

/** Downloads the guide; half of them come back to see what the product costs. */
export function guideReader(world: World, person: Person, at: number): void {
  const { random } = world
  const browser = openBrowser(world)
  visit(world, browser, at, [...read(pick(random, articles)), download(person)], pick(random, [advert, ...search]))
  const back = at + between(random, 1, 6) * dayMs
  if (random() > 0.5 || back > world.now) return
  visit(world, browser, back, read('/demo/', caseStudy, '/demo/pricing'), pick(random, search))
  const again = back + between(random, 1, 4) * dayMs
  if (random() < 0.5 && again < world.now) visit(world, browser, again, read('/demo/pricing'))
}

/** Four sessions within two weeks, from a first article to the request, and often one more look at the prices. */
export function buyer(world: World, person: Buyer): void {
  const { random, now } = world
  const browser = openBrowser(world)
  const asked = someMoment(random, now - (person.daysAgo + 0.3) * dayMs, now - person.daysAgo * dayMs)
  const daysBefore = (most: number, least: number) =>
    someMoment(random, Math.max(now - historyMs, asked - most * dayMs), asked - least * dayMs)

  visit(world, browser, daysBefore(13, 9), read(pick(random, articles), '/demo/'), pick(random, search))
  visit(world, browser, daysBefore(7.5, 6), [...read('/demo/blog'), download(person)], advert)
  visit(world, browser, daysBefore(4, 2.5), read('/demo/', caseStudy, '/demo/pricing'))
  if (person.phoneToo) onThePhone(world, person, daysBefore(2, 1.2))
  const request = person.asks === 'demo' ? demoRequest(person) : contactRequest(person)
  visit(world, browser, asked, [...read('/demo/', '/demo/pricing'), request], pick(random, [{}, ...search]))

  const after = asked + dayMs + between(random, 0, 180) * 60_000
  if (random() < 0.6 && after < now) visit(world, browser, after, read('/demo/pricing', caseStudy))
}

/** The same person elsewhere, known by the address given again. */
function onThePhone(world: World, person: Person, at: number): void {
  const browser = openBrowser(world, phone)
  visit(world, browser, at, signingUp(read(pick(world.random, articles)), person), linkedIn)
}

/** One browser, two colleagues: the first reads, the second asks nine days later. */
export function deskShared(world: World, [first, second]: [Person, Person]): void {
  const browser = openBrowser(world)
  const asked = someMoment(world.random, world.now - 6 * dayMs, world.now - 4 * dayMs)
  visit(world, browser, asked - 9 * dayMs, [...read(pick(world.random, articles)), download(first)], advert)
  visit(world, browser, asked - 7 * dayMs, read('/demo/pricing'))
  visit(world, browser, asked, [...read('/demo/pricing'), contactRequest(second)], pick(world.random, search))
}

/** Wants to work here, so reads a lot and will never buy; applies a day later. */
export function applicant(world: World, person: Person, at: number): void {
  const browser = openBrowser(world)
  visit(world, browser, at, read('/demo/careers', '/demo/', '/demo/blog'), linkedIn)
  visit(world, browser, at + dayMs, [
    ...read(caseStudy),
    { path: '/demo/careers', submit: form('job application', 5, person, ['title'], 1) },
  ])
}

/** Keeps an eye on prices, week after week. */
export function rival(world: World, person: Person): void {
  const browser = openBrowser(world)
  for (const daysAgo of [26, 19, 12, 5]) {
    const at = someMoment(world.random, world.now - (daysAgo + 1) * dayMs, world.now - daysAgo * dayMs)
    const steps = read('/demo/', '/demo/pricing', caseStudy)
    visit(world, browser, at, daysAgo === 12 ? [...steps, download(person)] : steps)
  }
}

export interface Attempt {
  path: PagePath
  submit: Submission
}

/** Opens the form and nothing else. */
export function spammer(world: World, { path, submit }: Attempt, at: number): void {
  visit(world, openBrowser(world), at, [{ path, submit, seconds: 1 }])
}

/** Says so in its user agent, and takes a second a page. */
export function bot(world: World, userAgent: string, at: number): void {
  const steps = read('/demo/', '/demo/blog', ...articles, '/demo/pricing', '/demo/careers')
  visit(
    world,
    openBrowser(world, userAgent),
    at,
    steps.map((step) => ({ ...step, seconds: 1 })),
  )
}

function readAround(random: Random): Step[] {
  const first: PagePath = random() < 0.7 ? pick(random, articles) : '/demo/'
  const next = pick<PagePath[]>(random, [[], [], ['/demo/blog', pick(random, articles)], ['/demo/'], [caseStudy]])
  const last: PagePath[] = random() < 0.12 ? ['/demo/pricing'] : []
  return read(first, ...next.filter((path) => path !== first), ...last)
}

function read(...paths: PagePath[]): Step[] {
  return paths.map((path) => ({ path }))
}

function comeFrom(random: Random): Arrival {
  return pick(random, [...search, linkedIn, linkedIn, newsletter, advert, {}])
}

/** The newsletter's form is at the foot of every page: the last one read is where it is filled in. */
function signingUp(steps: Step[], { email }: Person): Step[] {
  const submit = { form: 'newsletter', offered: 1, untold: 0, fields: { email } }
  return steps.map((step, index) => (index === steps.length - 1 ? { ...step, submit } : step))
}

function download({ email, firstName, company = '' }: Person): Step {
  const submit = { form: 'guide download', offered: 3, untold: 0, fields: { email, firstName, company } }
  return { path: guide, submit, download: guideFile }
}

function demoRequest(person: Person): Step {
  // Who leaves a number writes a line as well.
  const untold = person.phone ? 1 : 0
  const asked = ['company', 'title', 'employees', 'industry', 'phone', 'country'] as const
  return { path: '/demo/demo', submit: form('demo request', 10, person, asked, untold) }
}

function contactRequest(person: Person): Step {
  return { path: '/demo/contact', submit: form('contact request', 6, person, ['company', 'phone'], 1) }
}

/** A form that asks for name and address, and for these besides; what is not known stays empty and is not told. */
function form(
  name: string,
  offered: number,
  person: Person,
  asked: readonly (keyof Person)[],
  untold: number,
): Submission {
  const fields: Record<string, string> = {}
  for (const key of ['firstName', 'lastName', 'email', ...asked] as const) {
    const answer = person[key]
    if (answer) fields[key] = answer
  }
  return { form: name, offered, untold, fields }
}
