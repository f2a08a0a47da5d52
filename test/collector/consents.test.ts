/** What a lead's visitors said to being followed is kept as proof, and told of the lead alone whose it is. */
import { beforeEach, expect, test } from 'vitest'
import { newId } from '../../collector/store/id.ts'
import type { ConsentSaid, LeadItem } from '../../dashboard/api.ts'
import { onEachEngine } from '../support/engines.ts'
import { visitEach } from '../support/visiting.ts'
import { batch, consent, DAY, HOUR, identify, page, START } from '../support/wire.ts'

const ADA = 'ada@analytical.example'
const BOB = 'bob@mill.example'
const PROOF = { text: 'v3', tool: 'tarteaucitron', proof: '!braise=true' }

onEachEngine((newDatabase) => {
  let now: number
  let browser: string

  beforeEach(() => {
    now = START
    browser = newId(now)
  })
  const visited = visitEach(newDatabase, () => now)

  const send = (events: unknown[], from = browser) => visited.take(batch(from, now, events))

  async function idOf(email: string | null): Promise<string> {
    await visited.counted()
    const listed = async (query: string) => (await visited.read<{ items: LeadItem[] }>(`/leads${query}`)).items
    const leads = [...(await listed('')), ...(await listed('?stage=visitor'))]
    return leads.find((lead) => lead.email === email)?.id ?? 'nobody'
  }

  const said = async (id: string, query = '') =>
    (await visited.read<{ items: ConsentSaid[] }>(`/leads/${id}/consents${query}`)).items

  test('each choice with its date, the version of the text, the tool and the browser, newest first', async () => {
    await send([consent(now, 'granted', PROOF), page(now + 1, '/pricing')])
    const visitor = await idOf(null)
    expect(await said(visitor)).toMatchObject([{ choice: 'granted', at: now, ...PROOF, visitorId: browser }])
    now += 40 * DAY
    await send([identify(now, ADA)])
    now += HOUR
    await send([consent(now, 'denied', { text: 'v4' })])
    const second = newId(now)
    await send([consent(now + 1, 'granted'), identify(now + 2, ADA)], second)
    const id = await idOf(ADA)
    const none = { text: null, tool: null, proof: null }
    expect(await said(id)).toMatchObject([
      { choice: 'granted', ...none, visitorId: second },
      { choice: 'denied', at: now, ...none, text: 'v4', visitorId: browser },
      { choice: 'granted', at: START, ...PROOF, visitorId: browser },
    ])
    const page1 = await visited.read<{ items: ConsentSaid[]; next: string }>(`/leads/${id}/consents?limit=2`)
    expect(page1.items).toHaveLength(2)
    expect(await said(id, `?limit=2&cursor=${page1.next}`)).toMatchObject([{ at: START }])
  })

  test('the version of the text, the tool and the proof are kept as the tracker tells them', async () => {
    await send([{ id: newId(now), type: 'consent', details: ['granted', PROOF] }, page(now + 1, '/pricing')])
    expect(await said(await idOf(null))).toMatchObject([{ choice: 'granted', ...PROOF }])
  })

  test('of a browser that two used each has what was said in their time', async () => {
    await send([consent(now, 'granted', { text: 'v1' }), identify(now + 1, ADA)])
    now += DAY
    await send([identify(now, BOB), consent(now + 1, 'denied', { text: 'v2' })])
    expect(await said(await idOf(ADA))).toMatchObject([{ text: 'v1' }])
    expect(await said(await idOf(BOB))).toMatchObject([{ text: 'v2' }])
  })

  test('it comes with merged leads, with a copy of all that is held, and goes when the person is erased', async () => {
    await send([consent(now, 'granted', { text: 'of-ada' }), identify(now + 1, ADA)])
    await send([consent(now, 'granted', { text: 'of-bob' }), identify(now + 1, BOB)], newId(now))
    const [ada, bob] = [await idOf(ADA), await idOf(BOB)]
    await visited.api(`/leads/${ada}/merge`, { method: 'POST', body: JSON.stringify({ lead: bob }) })
    expect((await said(ada)).map(({ text }) => text).sort()).toEqual(['of-ada', 'of-bob'])
    const copy = JSON.stringify(await visited.read(`/leads/${ada}/export`))
    for (const text of ['of-ada', 'of-bob']) expect(copy).toContain(text)
    await visited.api(`/leads/${ada}`, { method: 'DELETE' })
    const { db } = visited.running.collector.database
    expect(await db.selectFrom('event').selectAll().execute()).toEqual([])
  })
})
