/**
 * What a ruleset may look like, as a JSON Schema (2020-12) of its own few words: those that `shape.ts` understands.
 * It is what the API publishes, and what everything that comes from outside is held against.
 */
import type { Shape } from './shape.ts'

const MOST_DAYS = 396

const text = (longest: number): Shape => ({ type: 'string', minLength: 1, maxLength: longest })
const number = (minimum: number, maximum: number): Shape => ({ type: 'number', minimum, maximum })
const moreThan = (exclusiveMinimum: number, maximum: number): Shape => ({ type: 'number', exclusiveMinimum, maximum })
const whole = (minimum: number, maximum: number): Shape => ({ type: 'integer', minimum, maximum })
const list = (items: Shape, maxItems: number, minItems = 0): Shape => ({ type: 'array', items, minItems, maxItems })
const choice = (...values: string[]): Shape => ({ type: 'string', enum: values })
const ref = (name: string): Shape => ({ $ref: `#/$defs/${name}` })
const record = (additionalProperties: Shape): Shape => ({
  type: 'object',
  additionalProperties,
  minProperties: 1,
  maxProperties: 20,
})
const object = (properties: Record<string, Shape>, ...required: string[]): Shape => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
})

const id: Shape = { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9_-]{0,39}$' }
const yes: Shape = { const: true }
const globs = list(text(300), 100, 1)
const words = list(text(200), 500)
const points = number(-1000, 1000)
const cap = moreThan(0, 10_000)
const label = object({ en: text(200), fr: text(200) }, 'en', 'fr')
const threshold = object({ score: number(0, 100), fit: number(-50, 50) }, 'score', 'fit')

/** A condition that others make up, or one of its own. The branch is told by what must be in it. */
const combined = (itself: string, single: string): Shape => ({
  anyOf: [
    object({ all: list(ref(itself), 50, 1) }, 'all'),
    object({ any: list(ref(itself), 50, 1) }, 'any'),
    object({ not: ref(itself) }, 'not'),
    ref(single),
  ],
})

export const RULESET_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Braise ruleset',
  ...object(
    {
      timeZone: text(60),
      groups: list(ref('group'), 30, 1),
      rules: list(ref('rule'), 200),
      fit: list(ref('fitRule'), 100),
      spam: list(ref('spamRule'), 20),
      thresholds: object({ mql: threshold, sql: threshold }, 'mql', 'sql'),
      lists: object(
        { sectors: words, sizes: words, regions: words, competitors: words },
        ...['sectors', 'sizes', 'regions', 'competitors'],
      ),
      capacity: moreThan(0, 100_000),
    },
    ...['timeZone', 'groups', 'rules', 'fit', 'spam', 'thresholds', 'lists'],
  ),
  $defs: {
    group: object({ id, label, cap }, 'id', 'label', 'cap'),
    rule: object(
      {
        id,
        label,
        group: id,
        when: ref('condition'),
        points,
        repeat: {
          anyOf: [
            object({ days: moreThan(0, MOST_DAYS) }, 'days'),
            choice('always', 'once', 'session', 'day', 'week', 'object', 'objectDay'),
          ],
        },
        cap,
        halfLifeDays: moreThan(0, 3650),
        decision: yes,
        off: yes,
      },
      ...['id', 'label', 'group', 'when', 'points', 'repeat'],
    ),
    condition: combined('condition', 'test'),
    test: {
      ...object({
        event: choice('page', 'engage', 'form', 'identify', 'track'),
        path: globs,
        title: globs,
        referrer: globs,
        query: record(globs),
        form: globs,
        field: record(globs),
        name: globs,
        property: record(globs),
        propertyAtLeast: record(number(-1e12, 1e12)),
        engagedSeconds: moreThan(0, 86_400),
        scrollDepth: moreThan(0, 100),
        sessionStart: yes,
        sessionsInDays: object(
          { days: moreThan(0, MOST_DAYS), atLeast: whole(0, 10_000), atMost: whole(0, 10_000) },
          ...['days', 'atLeast'],
        ),
        pagesInSession: whole(1, 10_000),
        daysSincePreviousSession: moreThan(0, MOST_DAYS),
      }),
      minProperties: 1,
    },
    fitRule: object(
      { id, label, when: ref('traitCondition'), points, each: choice('optionalFields'), cap, off: yes },
      ...['id', 'label', 'when', 'points'],
    ),
    traitCondition: combined('traitCondition', 'traitTest'),
    traitTest: object(
      {
        trait: { type: 'string', pattern: '^[A-Za-z]\\w{0,39}$' },
        is: list(text(200), 500, 1),
        contains: list(text(200), 500, 1),
        list: choice('sectors', 'sizes', 'regions', 'competitors'),
        atLeast: number(-1e12, 1e12),
        atMost: number(-1e12, 1e12),
      },
      'trait',
    ),
    spamRule: object(
      {
        id: choice('noCapital', 'keyboardRun', 'disposable', 'linkInName', 'hasty', 'trapped'),
        label,
        points: number(0, 100),
        off: yes,
      },
      ...['id', 'label', 'points'],
    ),
  },
} satisfies Shape & { $defs: Record<string, Shape> }
