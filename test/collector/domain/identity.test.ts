import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Claim,
  corrects,
  damerauLevenshtein,
  normalizeEmail,
  spansOf,
} from '../../../collector/domain/identity.ts'
import { DAY, MINUTE, SEED, TODAY } from './given.ts'

const nobodyElse = () => false

/** Ada's browser gives an address in the form "guide", with her name, so many minutes after noon. */
function claim(minutes: number, email: string, more: Partial<Claim> = {}): Claim {
  const at = TODAY + minutes * MINUTE
  const told = { email, form: 'guide', others: 'firstName=Ada' }
  return {
    eventId: `claim ${minutes}`,
    visitorId: 'ada',
    at,
    receivedAt: at,
    signed: false,
    since: 0,
    ...told,
    ...more,
  }
}

/** Spans as `email from…until`, in minutes after noon. */
function spans(claims: Claim[], elsewhere: (email: string, at: number) => boolean = nobodyElse) {
  const minutes = (at: number | null) => (at === null ? null : (at - TODAY) / MINUTE)
  return spansOf(claims, elsewhere).map(({ email, from, until }) => [email, minutes(from), minutes(until)])
}

const THIRTY_DAYS = 30 * 24 * 60

describe('an address', () => {
  test('is trimmed and in lower case', () => {
    expect(normalizeEmail('  Ada@Example.COM \n')).toBe('ada@example.com')
  })

  test('is composed, so that one é is every é', () => {
    expect(normalizeEmail('ade\u0301le@example.com')).toBe('ad\u00e9le@example.com')
  })

  test('has its domain in ASCII', () => {
    expect(normalizeEmail('ada@Müller.example')).toBe('ada@xn--mller-kva.example')
    expect(normalizeEmail('ada@mu\u0308ller.example')).toBe('ada@xn--mller-kva.example')
    expect(normalizeEmail('ada@xn--mller-kva.example')).toBe('ada@xn--mller-kva.example')
  })

  test('keeps its dots and plus signs', () => {
    expect(normalizeEmail('a.d.a+news@gmail.com')).toBe('a.d.a+news@gmail.com')
  })

  test('is none of the words that forms and scripts send for want of one', () => {
    const words = 'null undefined none nan true false 0 -1 anonymous guest user test admin email id'.split(' ')
    for (const word of [...words, '[object Object]', '', ' ', '@', 'NULL', 'NaN', ' Undefined ']) {
      expect([word, normalizeEmail(word)]).toEqual([word, null])
    }
  })

  test('holds no control and no bidirectional character', () => {
    for (const hidden of [
      '\u0000',
      '\t',
      '\n',
      '\u007f',
      '\u0085',
      '\u061c',
      '\u200e',
      '\u200f',
      '\u202e',
      '\u2066',
      '\u2069',
    ]) {
      expect([hidden, normalizeEmail(`a${hidden}da@example.com`)]).toEqual([hidden, null])
      expect([hidden, normalizeEmail(`ada@exam${hidden}ple.com`)]).toEqual([hidden, null])
    }
  })

  test('is at most 254 characters long, also when its domain is in ASCII', () => {
    const ofLength = (length: number) => `${`ada@${'abcdefgh.'.repeat(40)}`.slice(0, length - 4)}.com`
    expect(normalizeEmail(ofLength(254))).toHaveLength(254)
    expect(normalizeEmail(ofLength(255))).toBeNull()
    const umlauts = `ada@${'ü'.repeat(30)}.${'ö'.repeat(30)}.${'ä'.repeat(30)}.${'é'.repeat(30)}.${'è'.repeat(30)}.`
    const accented = normalizeEmail(`${umlauts}${'ç'.repeat(30)}.${'à'.repeat(30)}.example`)
    expect(accented === null || accented.length <= 254).toBe(true)
  })

  test('has something on both sides of its @, and a name with a dot on the right', () => {
    for (const text of [
      ...[
        'ada',
        '@example.com',
        'ada@',
        'ada@example',
        'ada@example.',
        'ada@.com',
        'ada@127.0.0.1',
        'ada@[::1]',
        'a b@c.com',
      ],
      ...[
        'ada@bob@example.com',
        'Ada <ada@example.com>',
        'ada@example.com/x',
        'ada@example.com:80',
        'ada@exa mple.com',
      ],
    ]) {
      expect([text, normalizeEmail(text)]).toEqual([text, null])
    }
  })

  test('once normalized stays as it is', () => {
    const part = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(part, part, (local, name) => {
        const email = normalizeEmail(`${local}@${name}.example`)
        if (email !== null) expect(normalizeEmail(email)).toBe(email)
      }),
      { seed: SEED, numRuns: 1000 },
    )
  })
})

describe('the distance between two texts', () => {
  test('counts letters added, dropped, changed and swapped', () => {
    expect(damerauLevenshtein('ada@gmial.com', 'ada@gmail.com')).toBe(1)
    expect(damerauLevenshtein('ada', 'adda')).toBe(1)
    expect(damerauLevenshtein('adda', 'ada')).toBe(1)
    expect(damerauLevenshtein('ada', 'ida')).toBe(1)
    expect(damerauLevenshtein('', 'ada')).toBe(3)
    expect(damerauLevenshtein('kitten', 'sitting')).toBe(3)
    expect(damerauLevenshtein('abcdef', 'badcfe')).toBe(3)
    expect(damerauLevenshtein('ada', 'ada')).toBe(0)
  })

  test('is the same both ways, nothing for the same text, and no more than the longer of the two', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 })
    fc.assert(
      fc.property(text, text, (a, b) => {
        const distance = damerauLevenshtein(a, b)
        expect(damerauLevenshtein(b, a)).toBe(distance)
        expect(distance === 0).toBe(a === b)
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length))
        expect(distance).toBeGreaterThanOrEqual(Math.abs(a.length - b.length))
      }),
      { seed: SEED, numRuns: 300 },
    )
  })
})

describe('whose a visit is', () => {
  test('nobody gave an address: nobody’s', () => {
    expect(spans([])).toEqual([])
  })

  test('the first address takes the thirty days before it', () => {
    expect(spans([claim(0, 'ada@a.example')])).toEqual([['ada@a.example', -THIRTY_DAYS, null]])
    expect(spansOf([claim(0, 'ada@a.example')], nobodyElse)[0]?.from).toBe(TODAY - 30 * DAY)
  })

  test('of before somebody with this address was erased nothing comes along', () => {
    const since = TODAY - 90 * MINUTE - 1
    expect(spans([claim(0, 'ada@a.example', { since })])).toEqual([['ada@a.example', -90, null]])
    const [typed, right] = ['adaa@a.example', 'ada@a.example'] as const
    expect(spans([claim(0, typed), claim(5, right, { since })])).toEqual([[right, -90, null]])
    // The address that it was put right to counts, not what was typed first.
    expect(spans([claim(0, typed, { since }), claim(5, right)])).toEqual([[right, -THIRTY_DAYS, null]])
  })

  test('the same address again changes nothing', () => {
    expect(spans([claim(0, 'ada@a.example'), claim(99, 'ada@a.example')])).toEqual([
      ['ada@a.example', -THIRTY_DAYS, null],
    ])
  })

  test('a second address starts a new epoch, and the first person keeps their pages', () => {
    expect(spans([claim(0, 'ada@a.example'), claim(60, 'bob@b.example')])).toEqual([
      ['ada@a.example', -THIRTY_DAYS, 60],
      ['bob@b.example', 60, null],
    ])
  })

  test('who returns to the first address is the first person again', () => {
    expect(spans([claim(0, 'ada@a.example'), claim(60, 'bob@b.example'), claim(90, 'ada@a.example')])).toEqual([
      ['ada@a.example', -THIRTY_DAYS, 60],
      ['bob@b.example', 60, 90],
      ['ada@a.example', 90, null],
    ])
  })
})

describe('a typing mistake', () => {
  const wrong = claim(0, 'ada@gmial.com')
  const right = claim(5, 'ada@gmail.com')
  const corrected = [['ada@gmail.com', -THIRTY_DAYS, null]]
  const apart = [
    ['ada@gmial.com', -THIRTY_DAYS, 5],
    ['ada@gmail.com', 5, null],
  ]

  test('is corrected when the same form comes again', () => {
    expect(spans([wrong, right])).toEqual(corrected)
  })

  test('is corrected within ten minutes and no later', () => {
    expect(spans([wrong, claim(10, 'ada@gmail.com')])).toHaveLength(1)
    expect(spans([wrong, { ...claim(10, 'ada@gmail.com'), at: TODAY + 10 * MINUTE + 1 }])).toHaveLength(2)
  })

  test('is two letters at most', () => {
    expect(spans([claim(0, 'adda@gmial.com'), right])).toHaveLength(1)
    expect(spans([claim(0, 'addda@gmial.com'), right])).toHaveLength(2)
  })

  test('is not corrected by another form, nor by a script', () => {
    expect(spans([wrong, { ...right, form: 'contact' }])).toEqual(apart)
    expect(spans([wrong, { ...right, form: null, others: null }])).toEqual(apart)
    expect(
      spans([
        { ...wrong, form: null, others: null },
        { ...right, form: null, others: null },
      ]),
    ).toEqual(apart)
  })

  test('is not corrected when another field differs, or none is a name', () => {
    expect(spans([wrong, { ...right, others: 'firstName=Ida' }])).toEqual(apart)
    expect(
      spans([
        { ...wrong, others: null },
        { ...right, others: null },
      ]),
    ).toEqual(apart)
    expect(corrects({ ...right, others: null }, { ...wrong, others: null })).toBe(false)
  })

  test('is none when the old address was used elsewhere', () => {
    expect(spans([wrong, right], (email) => email === wrong.email)).toEqual(apart)
    expect(spans([claim(-90, wrong.email), wrong, right])).toHaveLength(2)
  })

  test('is none when the new address is known already', () => {
    expect(spans([wrong, right], (email) => email === right.email)).toEqual(apart)
    expect(spans([claim(-90, right.email), wrong, right])).toHaveLength(3)
    expect(spans([wrong, right, claim(8, wrong.email)])).toEqual([
      ['ada@gmail.com', -THIRTY_DAYS, 8],
      ['ada@gmial.com', 8, null],
    ])
  })

  test('asks who used the addresses before the correction, not after it', () => {
    const claimedAt = (when: number) => (_: string, at: number) => TODAY + when * MINUTE < at
    expect(spans([wrong, right], claimedAt(6))).toEqual(corrected)
    expect(spans([wrong, right], claimedAt(4))).toEqual(apart)
  })

  test('may be corrected twice', () => {
    expect(spans([claim(0, 'ada@gmial.con'), claim(2, 'ada@gmail.con'), claim(4, 'ada@gmail.com')])).toEqual(corrected)
  })

  test('of the second person is corrected in the second epoch', () => {
    const bob = { others: 'firstName=Bob' }
    expect(spans([wrong, claim(20, 'bob@acme.exmaple', bob), claim(22, 'bob@acme.example', bob)])).toEqual([
      ['ada@gmial.com', -THIRTY_DAYS, 20],
      ['bob@acme.example', 20, null],
    ])
  })
})

describe('the map from visitors to leads', () => {
  const emails = ['ada@gmail.com', 'ada@gmial.com', 'ada@gmal.com', 'bob@acme.example']
  const claims = fc.array(
    fc
      .record({
        minutes: fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 100 })),
        email: fc.constantFrom(...emails),
        form: fc.constantFrom('guide', 'guide', 'contact', null),
        order: fc.nat(99),
      })
      .map(({ minutes, email, form, order }) => claim(minutes, email, { form, eventId: `${order}` })),
    { maxLength: 8 },
  )
  const unique = claims.map((all) => [...new Map(all.map((each) => [each.eventId, each])).values()])

  test('never depends on the order in which the addresses arrived', () => {
    fc.assert(
      fc.property(
        unique.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        fc.constantFrom(...emails, ''),
        ([all, shuffled], known) => {
          const elsewhere = (email: string) => email === known
          expect(spansOf(shuffled, elsewhere)).toEqual(spansOf(all, elsewhere))
        },
      ),
      { seed: SEED, numRuns: 300 },
    )
  })

  test('has no gaps and no overlaps, ends with the last address, and is not changed by asking', () => {
    fc.assert(
      fc.property(unique, (all) => {
        const before = structuredClone(all)
        const found = spansOf(all, nobodyElse)
        expect(all).toEqual(before)
        found.forEach((span, index) => {
          expect(span.until).toBe(found[index + 1]?.from ?? null)
          expect(span.email).not.toBe(found[index + 1]?.email)
        })
        const last = [...all].sort((a, b) => a.at - b.at || (a.eventId < b.eventId ? -1 : 1)).at(-1)
        expect(found.at(-1)?.email).toBe(last?.email)
      }),
      { seed: SEED, numRuns: 300 },
    )
  })

  test('of the past is changed by no later address, save where that corrects a mistake', () => {
    fc.assert(
      fc.property(unique, (all) => {
        const early = all.filter(({ at }) => at < TODAY + 50 * MINUTE)
        const late = all.map((each) => (early.includes(each) ? each : { ...each, at: each.at + 60 * MINUTE }))
        const known = spansOf(early, nobodyElse)
        const now = spansOf(late, nobodyElse).slice(0, known.length)
        expect(now.map(({ email, from }) => [email, from])).toEqual(known.map(({ email, from }) => [email, from]))
      }),
      { seed: SEED, numRuns: 300 },
    )
  })
})
