/** Random lives of leads as trackers tell them: late, twice, in pieces, from several browsers, with mistyped addresses. */
import fc from 'fast-check'
import type { Deed } from '../../collector/domain/history.ts'
import { newId } from '../../collector/store/id.ts'
import { DAY, engage, form, HOUR, identify, MINUTE, page, START, track } from './wire.ts'

/** How long lives are told of. */
export const LIFETIME = 42 * DAY
/** Batches arrive at these times only; nothing is sent later than a day after it happened. */
export const TICK = 8 * HOUR

/** One thing that a visitor did, and when it is sent: at the n-th tick after it, perhaps again later, to which collector. */
export interface Sending {
  deed: Deed
  tick: number
  collector: 0 | 1
  /** Its place among what is sent at the same tick. */
  order: number
}

export interface Life {
  deeds: Deed[]
  sendings: Sending[]
}

const KINDS = ['page', 'page', 'page', 'engage', 'form', 'form', 'identify', 'track', 'typo'] as const
const PATHS = [
  '/pricing',
  '/pricing',
  '/demo',
  '/careers',
  '/blog/a',
  '/blog/b',
  '/case-studies/c',
  '/about',
  '/fr/tarifs',
]
const FORMS = ['demo request', 'newsletter', 'contact', 'guide']

const doing = fc.record({
  kind: fc.constantFrom(...KINDS),
  visitor: fc.nat(7),
  /** Few days and few minutes, so that sessions, repeats and corrections within ten minutes happen. */
  day: fc.oneof(fc.nat(40), fc.constantFrom(1, 2, 3, 39, 40)),
  minute: fc.oneof(fc.nat(40), fc.nat(DAY / MINUTE - 60)),
  which: fc.nat(999),
  late: fc.nat(2),
  again: fc.option(fc.nat(2), { freq: 2 }),
  collector: fc.constantFrom(0 as const, 1 as const),
  order: fc.nat(9999),
})

/** @param number of the life: no two lives have an address or a visitor in common */
export function anyLife(number: number): fc.Arbitrary<Life> {
  const browsers = fc.constantFrom(1, 1, 2, 3, 8)
  const doings = fc.oneof(
    { weight: 5, arbitrary: fc.array(doing, { minLength: 1, maxLength: 12 }) },
    { weight: 1, arbitrary: fc.array(doing, { minLength: 20, maxLength: 40 }) },
  )
  return fc.tuple(browsers, doings).map(([count, all]) => lifeOf(number, count, all))
}

type Doing = typeof doing extends fc.Arbitrary<infer Each> ? Each : never

function lifeOf(number: number, browsers: number, doings: Doing[]): Life {
  const emails = [`ada${number}@analytical.example`, `bob${number}@mill.example`, `Ada${number}@Analytical.example `]
  const visitors = Array.from({ length: browsers }, (_, i) => idOf(START, number, i, 0))
  const views = new Map<string, string[]>()
  const deeds: Deed[] = []
  const sendings: Sending[] = []
  for (const [index, each] of doings.entries()) {
    const at = START + each.day * DAY + each.minute * MINUTE
    const seen = views.get(visitors[each.visitor % browsers] as string) ?? []
    for (const [part, deed] of deedsOf(each, at, emails, seen).entries()) {
      const isRival = each.kind === 'typo' && deed.type === 'identify'
      const visitorId = visitors[(each.visitor + (isRival ? 1 : 0)) % browsers] as string
      // Ids in no order of time, and the same at each run.
      const own = { ...deed, id: idOf(START + each.order, number, index, part), visitorId }
      if (own.type === 'page') own.pageId = own.id
      const isFurther = each.kind === 'form' && part === 1
      if (own.type === 'form' && isFurther) own.after = idOf(START + each.order, number, index, 0)
      if (own.type === 'page') views.set(visitorId, [...(views.get(visitorId) ?? []), own.pageId])
      deeds.push(own)
      const first = Math.floor((own.at - START) / TICK) + 1
      // A further report comes by another post than the first, before it, with it or after it.
      const lateness = isFurther ? each.which % 3 : each.late
      for (const late of isRival ? [2] : each.again === null ? [lateness] : [lateness, each.again]) {
        sendings.push({ deed: own, tick: first + late, collector: each.collector, order: each.order })
      }
    }
  }
  return { deeds, sendings }
}

/**
 * Deeds of one doing: a mistyped address comes with the form that puts it right, sometimes after a rival: another browser
 * that had claimed the right address an hour before, and says so last.
 */
function deedsOf({ kind, which }: Doing, at: number, emails: string[], views: string[]) {
  const pick = <T>(values: readonly T[]) => values[which % values.length] as T
  const email = pick(emails)
  switch (kind) {
    case 'page':
      return [page(at, pick(PATHS))]
    case 'engage':
      return [engage(at, views.length > 0 ? pick(views) : newId(at), which * 200, which % 101)]
    case 'identify':
      return [identify(at, email, { title: 'Director' })]
    case 'track':
      return [track(at, 'File Downloaded', { href: pick(['/guide.pdf', '/case-study.pdf', '/white-paper.pdf']) })]
    case 'form':
      return [
        form(at, pick(FORMS), which % 5 === 0 ? { phone: '012345' } : { email, firstName: 'Ada' }, hasteOf(which)),
        // The page reports it as well, and adds something.
        ...(which % 3 === 0
          ? [form(at + which, pick(FORMS), { ...(which % 2 === 0 && { email }), company: 'Mill' })]
          : []),
      ]
    case 'typo': {
      const fields = { firstName: 'Ada', company: 'Analytical' }
      const right = (emails[which % 2] as string).trim()
      const wrong = right.replace(/^(\w)(\w)/, '$2$1')
      const minutes = which % 12
      return [
        ...(which % 3 === 0 ? [identify(at - HOUR, right)] : []),
        form(at, 'contact', { email: wrong, ...fields }),
        form(at + minutes * MINUTE, 'contact', { email: right, ...fields }),
      ]
    }
  }
}

function idOf(at: number, life: number, doing: number, part: number): string {
  const digits = (value: number, length: number) => value.toString(16).padStart(length, '0')
  return `${newId(at).slice(0, 14)}7${digits(part, 3)}-8${digits(doing, 3)}-${digits(life, 12)}`
}

const hasteOf = (which: number) => (which % 7 === 0 ? { filledMs: 900, trapped: which % 2 === 0 } : {})
