import { beforeEach, expect, test } from 'vitest'
import { defaultRuleset } from '../../../collector/domain/defaults.ts'
import { presets } from '../../../collector/domain/presets.ts'
import type { Rule, Ruleset } from '../../../collector/domain/rule.ts'
import { checkRuleset } from '../../../collector/domain/ruleset-check.ts'
import { newId } from '../../../collector/store/id.ts'
import { onEachEngine } from '../../support/engines.ts'
import { visitEach } from '../../support/visiting.ts'
import { batch, DAY, form, HOUR, identify, MINUTE, page, START, track } from '../../support/wire.ts'

const ADA = 'ada@analytical.example'
const BOB = 'bob@mill.example'

onEachEngine((newDatabase) => {
  let now: number

  beforeEach(() => {
    now = START
  })
  const visited = visitEach(newDatabase, () => now)

  const send = (path: string, body: unknown, init: RequestInit = {}) =>
    visited.api(path, { method: 'POST', body: JSON.stringify(body), ...init })

  interface Version {
    version: number
    state: string
    note: string
    author: string
    publishedAt: number
    liveAt: number | null
    progress: unknown
  }

  const versions = async () => (await visited.read<{ items: Version[] }>('/rules/versions')).items
  const live = () => visited.read<{ version: number; ruleset: Ruleset; publishing: number | null }>('/rules')

  /** The live rules with another price. */
  function withPricing(points: number, more: Partial<Rule> = {}): Ruleset {
    const ruleset = defaultRuleset()
    const rules = ruleset.rules.map((rule) => (rule.id === 'pricing' ? { ...rule, points, ...more } : rule))
    return { ...ruleset, rules }
  }

  async function publish(ruleset: unknown, note = 'a try', more = {}): Promise<Response> {
    const answer = await send('/rules/publish', { ruleset, note, ...more })
    await visited.running.collector.rescoring.done()
    return answer
  }

  async function come(email: string, paths: string[], forms: string[] = [], at = now): Promise<void> {
    const events = [
      ...paths.map((path, i) => page(at + i, path)),
      identify(at + 100, email),
      ...forms.map((name, i) => form(at + 200 + i, name, { email })),
    ]
    await visited.take(batch(newId(at), at + 300, events))
    await visited.counted()
  }

  const ranks = async (query = '') => {
    const { items } = await visited.read<{ items: { email: string; rank: number; stage: string }[] }>(`/leads${query}`)
    return Object.fromEntries(items.map(({ email, rank }) => [email, rank]))
  }

  test('a published version counts for everybody, is dated and signed, and rolling back is publishing the old one', async () => {
    await come(ADA, ['/pricing'])
    await come(BOB, ['/about'])
    const before = await ranks()
    now += MINUTE
    const answer = await publish(withPricing(15), 'prices matter more')
    expect([answer.status, await answer.json()]).toEqual([202, { version: 2 }])
    expect(await ranks()).toEqual({ ...before, [ADA]: (before[ADA] as number) + 5 })
    expect(await versions()).toEqual([
      {
        version: 2,
        state: 'live',
        note: 'prices matter more',
        author: 'api',
        publishedAt: now,
        liveAt: now,
        progress: null,
      },
      expect.objectContaining({ version: 1, state: 'past', author: 'Braise', liveAt: 0 }),
    ])
    expect(await live()).toMatchObject({ version: 2, ruleset: withPricing(15), publishing: null })
    expect(await visited.read('/leads')).toMatchObject({ version: 2 })

    now += MINUTE
    const { ruleset } = await visited.read<{ ruleset: Ruleset }>('/rules/versions/1')
    await publish(ruleset, 'back')
    expect(await ranks()).toEqual(before)
    expect((await versions()).map(({ version, state }) => [version, state])).toEqual([
      [3, 'live'],
      [2, 'past'],
      [1, 'past'],
    ])
  })

  test('while a version is being published nobody sees it, a second one is refused, and a former one is told', async () => {
    await come(ADA, ['/pricing'])
    const before = await ranks()
    await visited.running.collector.rescoring.stop()
    expect((await publish(withPricing(15))).status).toBe(202)
    expect(await ranks()).toEqual(before)
    expect(await live()).toMatchObject({ version: 1, publishing: 2 })
    expect((await versions())[0]).toMatchObject({ state: 'publishing', liveAt: null, progress: { done: 0, total: 0 } })
    const second = await publish(withPricing(20))
    expect([second.status, await second.json()]).toMatchObject([409, { publishing: 2 }])
    const stale = await publish(withPricing(20), 'stale', { basedOn: 7 })
    expect([stale.status, await stale.json()]).toMatchObject([409, { live: 1 }])
  })

  test('of several who publish changes of one version at once, the first wins and the others are told', async () => {
    const points = [11, 12, 13, 14]
    const answers = await Promise.all(points.map((each) => publish(withPricing(each), 'mine', { basedOn: 1 })))
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409, 409, 409])
    for (const answer of answers.filter(({ status }) => status === 409)) {
      expect(await answer.json()).toMatchObject({ detail: 'Version 2 was published meanwhile', live: 2 })
    }
    const winner = points[answers.findIndex(({ status }) => status === 202)] as number
    expect(await live()).toMatchObject({ version: 2, ruleset: withPricing(winner) })
    expect(await versions()).toHaveLength(2)
  })

  test('who names no version that it was made from publishes the next one, however many do at once', async () => {
    const answers = await Promise.all([11, 12, 13, 14].map((each) => publish(withPricing(each))))
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202])
    expect((await versions()).map(({ version }) => version)).toEqual([5, 4, 3, 2, 1])
  })

  test('what new rules do to a stage stands in its log, dated at the switch, and nothing before it is touched', async () => {
    await come(ADA, ['/pricing', '/case-studies/a'])
    const { items } = await visited.read<{ items: { id: string; stage: string }[] }>('/leads')
    expect(items[0]?.stage).toBe('mql')
    now += DAY
    await publish(withPricing(0))
    const told = await visited.read<{ stage: string; stages: { at: number; stage: string; cause: string }[] }>(
      `/leads/${items[0]?.id}`,
    )
    expect(told.stage).toBe('lead')
    expect(told.stages).toMatchObject([
      { stage: 'lead', cause: 'rules', at: now },
      { stage: 'mql', cause: 'score' },
      { stage: 'lead', cause: 'contact' },
    ])
  })

  test('a cursor of a former version is told to begin again', async () => {
    for (const email of [ADA, BOB, 'eve@mill.example']) await come(email, ['/pricing'])
    const { next } = await visited.read<{ next: string }>('/leads?limit=1')
    expect((await visited.api(`/leads?limit=1&cursor=${next}`)).status).toBe(200)
    await publish(withPricing(15))
    expect((await visited.api(`/leads?limit=1&cursor=${next}`)).status).toBe(409)
  })

  test('a wrong ruleset is told everything that is wrong with it, in plain words, and is not published', async () => {
    const ruleset = withPricing(10)
    const rules = ruleset.rules.map((rule, i) =>
      i === 0 ? { ...rule, when: { evnt: 'page', path: [] } } : i === 1 ? { ...rule, group: 'discvery' } : rule,
    )
    const answer = await publish({ ...ruleset, rules })
    expect([answer.status, await answer.json()]).toMatchObject([
      422,
      {
        detail: 'The ruleset has 2 errors',
        errors: [
          { path: 'rules[0].when.evnt', code: 'unknown', message: 'is not known here; did you mean "event"?' },
          { path: 'rules[0].when.path', pointer: '/rules/0/when/path', message: 'needs at least one entry' },
        ],
      },
    ])
    expect((await send('/rules/preview', { ruleset: {} })).status).toBe(422)
    expect(await versions()).toHaveLength(1)
  })

  test('a ruleset comes out as a file and goes in again as it is', async () => {
    const answer = await visited.api('/rules/export?version=1')
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="braise-rules-default-1.json"')
    const ruleset = JSON.parse(await answer.text())
    expect(ruleset).toEqual(defaultRuleset())
    expect((await publish(ruleset)).status).toBe(202)
    expect((await live()).ruleset).toEqual(ruleset)
    expect((await visited.api('/rules/export?version=9')).status).toBe(404)
  })

  test('every preset is a ruleset', async () => {
    const { items } = await visited.read<{ items: unknown }>('/rules/presets')
    expect(items).toEqual(JSON.parse(JSON.stringify(presets())))
    for (const { ruleset } of presets()) expect(checkRuleset(ruleset)).toEqual([])
    expect(await visited.read('/rules/schema')).toMatchObject({ title: 'Braise ruleset', type: 'object' })
  })

  test('a preview says who moves and why, what a rule did, and what can never match; it changes nothing', async () => {
    await come(ADA, ['/pricing', '/case-studies/a'])
    await come(BOB, ['/careers'])
    await visited.take(batch(newId(now), now, [track(now, 'File Downloaded', { href: '/brochure.pdf' })]))
    await visited.counted()
    const before = [await ranks(), await versions()]
    const ruleset = withPricing(2, { when: { event: 'page', path: ['/pricing*', '/tarifs*'] } })
    const never: Rule = {
      ...(ruleset.rules[0] as Rule),
      id: 'never',
      when: { event: 'page', path: ['/prices*'] },
    }
    const tried = { ...ruleset, rules: [...ruleset.rules, never], capacity: 3 }
    const answer = await send('/rules/preview', { ruleset: tried })
    const preview = (await answer.json()) as Record<string, unknown>
    expect(answer.status, JSON.stringify(preview)).toBe(200)
    expect(preview).toMatchObject({
      version: 1,
      leads: 3,
      stages: { today: { mql: 1, lead: 1, visitor: 1 }, next: { mql: 0, lead: 2, visitor: 1 } },
      moves: {
        mql: {
          leaveCount: 1,
          leaves: [
            {
              email: ADA,
              from: 'mql',
              to: 'lead',
              reasons: [{ rule: 'pricing', today: expect.closeTo(10), next: expect.closeTo(2) }],
            },
          ],
          enterCount: 0,
        },
      },
      sqlsAWeek: { today: 0, next: 0, capacity: 3 },
      occurs: { path: expect.arrayContaining(['/pricing']) },
    })
    const { rules, warnings } = preview as { rules: { rule: string }[]; warnings: { rule: string }[] }
    expect(rules.find(({ rule }) => rule === 'pricing')).toMatchObject({ hits: 1, leads: 1, kind: 'engagement' })
    expect(warnings.find(({ rule }) => rule === 'never')).toEqual({
      rule: 'never',
      what: 'path',
      asked: ['/prices*'],
      occurs: expect.arrayContaining(['/pricing']),
    })
    expect([await ranks(), await versions()]).toEqual(before)
  })

  test('who goes up from MQL to SQL is told apart from who is an MQL no longer', async () => {
    await come(ADA, ['/pricing', '/case-studies/a'])
    await come(BOB, ['/demo', '/case-studies/b', '/blog/a'])
    const preview = await (
      await send('/rules/preview', {
        ruleset: {
          ...withPricing(40, { cap: 40 }),
          thresholds: { mql: { score: 45, fit: -6 }, sql: { score: 50, fit: 0 } },
        },
      })
    ).json()
    expect(preview).toMatchObject({
      stages: { today: { mql: 2, sql: 0 }, next: { mql: 0, sql: 1 } },
      moves: {
        mql: {
          enterCount: 0,
          riseCount: 1,
          rises: [{ email: ADA, from: 'mql', to: 'sql' }],
          leaveCount: 1,
          leaves: [{ email: BOB, from: 'mql', to: 'lead' }],
        },
        sql: { enterCount: 1, enters: [{ email: ADA }], riseCount: 0, leaveCount: 0 },
      },
    })
  })

  test('a backtest says which customers would have been caught, how many days earlier, and at which cost', async () => {
    await come(ADA, ['/pricing', '/demo'])
    now += 2 * DAY
    await come(ADA, ['/pricing', '/demo', '/case-studies/a', '/case-studies/b'])
    now += 2 * DAY
    await come(ADA, ['/'], ['demo request'])
    await come(BOB, ['/pricing', '/demo'])
    const { items } = await visited.read<{ items: { id: string; email: string }[] }>('/leads')
    const idOf = (email: string) => items.find((lead) => lead.email === email)?.id
    now += HOUR
    for (const [email, stage] of [
      [ADA, 'customer'],
      [BOB, 'lost'],
    ] as const) {
      await visited.api(`/leads/${idOf(email)}`, { method: 'PATCH', body: JSON.stringify({ stage }) })
    }
    const ruleset = { ...defaultRuleset(), thresholds: { mql: { score: 10, fit: -6 }, sql: { score: 25, fit: -6 } } }
    const preview = await (await send('/rules/preview', { ruleset })).json()
    expect(preview).toMatchObject({
      outcomes: {
        customers: {
          known: 1,
          caught: { today: 1, next: 1 },
          earlier: 1,
          later: 0,
          items: [{ email: ADA, at: now }],
        },
        lost: { known: 1, sqls: { today: 0, next: 1 } },
        sqls: { today: 1, next: 2 },
      },
    })
    const { medianDays } = (preview as { outcomes: { customers: { medianDays: number } } }).outcomes.customers
    expect(medianDays).toBeGreaterThan(1.9)
  })

  test('what a preview says of everybody is what publishing brings', async () => {
    const paths = [['/pricing'], ['/pricing', '/demo'], ['/careers'], ['/blog/a', '/case-studies/a'], []]
    for (let i = 0; i < 25; i++) {
      now += HOUR
      await come(
        `ada${i}@${i % 3 === 0 ? 'gmail.com' : 'analytical.example'}`,
        paths[i % 5] ?? [],
        i % 7 ? [] : ['demo'],
      )
    }
    const ruleset = { ...withPricing(30), thresholds: { mql: { score: 15, fit: -6 }, sql: { score: 40, fit: -6 } } }
    const told = (await (await send('/rules/preview', { ruleset })).json()) as {
      stages: { today: Record<string, number>; next: Record<string, number> }
      scores: { next: number[] }
    }
    const listed = async (stage: string) => {
      const { items } = await visited.read<{ items: { score: number }[] }>(`/leads?limit=100&stage=${stage}`)
      return items.map(({ score }) => score)
    }
    const counts = async () =>
      Object.fromEntries(
        await Promise.all(['lead', 'mql', 'sql'].map(async (stage) => [stage, (await listed(stage)).length])),
      )
    expect(told.stages.today).toMatchObject(await counts())
    await publish(ruleset)
    expect(told.stages.next).toMatchObject(await counts())
    expect(told.stages.next).not.toEqual(told.stages.today)
    const scores = (await Promise.all(['lead', 'mql', 'sql'].map(listed))).flat()
    expect(told.scores.next).toEqual(Array.from({ length: 101 }, (_, i) => scores.filter((each) => each === i).length))
  })

  test('whoever goes away ends a preview, and those who wait have their turn', async () => {
    await come(ADA, ['/pricing'])
    const abort = new AbortController()
    const gone = send('/rules/preview', { ruleset: withPricing(1) }, { signal: abort.signal }).catch(
      (error) => error.name,
    )
    const waiting = send('/rules/preview', { ruleset: withPricing(2) })
    abort.abort()
    expect(await gone).toBe('AbortError')
    expect((await waiting).status).toBe(200)
  })

  test('whatever claims to be a ruleset or a version, the answer is never a failure', async () => {
    const bodies = [
      '',
      '{',
      'null',
      '[]',
      '{}',
      '{"ruleset":null}',
      '{"ruleset":[],"note":"x"}',
      '{"ruleset":{},"note":1}',
    ]
    const deep = `${'{"not":'.repeat(5000)}{"event":"page"}${'}'.repeat(5000)}`
    const rules = JSON.stringify({ ...defaultRuleset(), rules: ['DEEP'] }).replace(
      '"DEEP"',
      `{"id":"a","when":${deep}}`,
    )
    for (const path of ['/rules/preview', '/rules/publish']) {
      for (const body of [...bodies, `{"note":"x","ruleset":${rules}}`, `{"note":"${'x'.repeat(400_000)}"}`]) {
        const { status } = await visited.api(path, { method: 'POST', body })
        expect([400, 422], `${path} ${body.slice(0, 40)}: ${status}`).toContain(status)
      }
    }
    for (const path of ['/rules/versions/x', '/rules/versions/0', '/rules/versions/99', '/rules/export?version=-1']) {
      expect([400, 404]).toContain((await visited.api(path)).status)
    }
    expect(await versions()).toHaveLength(1)
  })

  test('the stream tells when the rules have changed', async () => {
    await come(ADA, ['/pricing'])
    const abort = new AbortController()
    const stream = await visited.api('/stream', { signal: abort.signal })
    let heard = ''
    const listening = (async () => {
      for await (const chunk of stream.body ?? []) heard += new TextDecoder().decode(chunk)
    })().catch(() => {})
    await publish(withPricing(15))
    await expect.poll(() => heard).toContain('event: rules\ndata: {"version":2}')
    abort.abort()
    await listening
  })
})
