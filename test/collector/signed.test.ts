import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { beforeEach, expect, test } from 'vitest'
import { newId } from '../../collector/store/id.ts'
import type { LeadDetail, LeadItem } from '../../dashboard/api.ts'
import { onEachEngine } from '../support/engines.ts'
import { visitEach } from '../support/visiting.ts'
import { batch, form, identify, MINUTE, page, START } from '../support/wire.ts'

const ADA = 'Ada@Analytical.example'

onEachEngine((newDatabase) => {
  let now: number
  let browser: string
  let secret: string

  beforeEach(() => {
    now = START
    browser = newId(now)
  })
  const visited = visitEach(newDatabase, () => now)
  beforeEach(async () => {
    secret = (await makeSecret()).secret
  })

  const secrets = '/sites/default/secrets'

  async function makeSecret(): Promise<{ id: string; secret: string }> {
    // What is kept of sites for a second is asked for again.
    now += MINUTE
    const response = await visited.api(secrets, { method: 'POST' })
    expect(response.status).toBe(201)
    return (await response.json()) as { id: string; secret: string }
  }

  interface Signed {
    visitorId?: string
    email?: string
    expires?: number
    by?: string
    site?: string
  }
  function proofOf({
    visitorId = browser,
    email = ADA,
    expires = now + MINUTE,
    by = secret,
    site = 'default',
  }: Signed) {
    const message = `v1|${site}|${visitorId}|${email}|${expires}`
    return `v1.${expires}.${createHmac('sha256', by).update(message).digest('hex')}`
  }

  const signed = (proof: string, traits: Record<string, string> = {}, email = ADA) => ({
    ...identify(now, email, traits),
    proof,
  })
  const send = (events: unknown[], from = browser) => visited.take(batch(from, now, events))

  async function ada(): Promise<LeadDetail> {
    await visited.counted()
    const { items } = await visited.read<{ items: LeadItem[] }>('/leads')
    return visited.read<LeadDetail>(`/leads/${items.find(({ email }) => email === ADA.toLowerCase())?.id}`)
  }
  const linksOf = async ({ id }: LeadDetail) =>
    (await visited.read<{ items: { visitorId: string; signed: boolean; state: string }[] }>(`/leads/${id}/links`)).items
  const refused = async () => (await visited.read<{ items: { reason: string; count: number }[] }>('/refused')).items

  test('what the site’s own server signed overwrites what was declared, which stays beside it', async () => {
    await send([form(now, 'contact', { email: ADA, company: 'Mill', title: 'Clerk' })], newId(now))
    await send([signed(proofOf({}), { company: 'Analytical' })])
    const lead = await ada()
    expect(lead.traits).toContainEqual(
      expect.objectContaining({ name: 'company', value: 'Analytical', source: 'signed' }),
    )
    expect(lead.traits).toContainEqual(expect.objectContaining({ name: 'title', value: 'Clerk', source: 'declared' }))
    expect(lead.alsoDeclared).toMatchObject([{ name: 'company', value: 'Mill' }])
    await send([form(now, 'contact', { email: ADA, company: 'Mill' })], newId(now))
    const body = JSON.stringify({ traits: { company: 'Analytical Engines' } })
    await visited.api(`/leads/${lead.id}`, { method: 'PATCH', body })
    now += MINUTE
    await send([signed(proofOf({}), { company: 'Analytical' })])
    expect((await ada()).traits).toContainEqual(
      expect.objectContaining({ value: 'Analytical Engines', source: 'edited' }),
    )
    expect(await refused()).toEqual([])
  })

  test('a signed identity asks for no room within the limits, and lets a browser out of quarantine', async () => {
    const known = [signed(proofOf({}))]
    await send(known)
    for (let i = 0; i < 6; i++) await send([page(now, '/pricing'), identify(now, ADA)], newId(now))
    const seventh = newId(now)
    await send([identify(now + 1, ADA)], seventh)
    expect(await ada()).toMatchObject({ visitors: 6, links: { linked: 6, quarantined: 2 } })
    await send([signed(proofOf({ visitorId: seventh }))], seventh)
    const lead = await ada()
    expect(lead).toMatchObject({ visitors: 7, links: { linked: 7, quarantined: 1 } })
    expect((await linksOf(lead)).filter((link) => link.signed)).toMatchObject([
      { visitorId: seventh, state: 'linked' },
      { visitorId: browser, state: 'linked' },
    ])
  })

  test('a forged or expired proof is counted as refused, and the browser is believed no more than others', async () => {
    await send([form(now, 'contact', { email: ADA, company: 'Analytical' })], newId(now))
    now += MINUTE
    const forged = [
      proofOf({ by: 'another secret' }),
      proofOf({ visitorId: newId(now) }),
      proofOf({ email: 'bob@mill.example' }),
      proofOf({ site: 'acme' }),
      proofOf({ expires: now }),
      proofOf({ expires: now + 10 * MINUTE + 1 }),
      proofOf({}).toUpperCase(),
      proofOf({}).slice(0, -1),
      `${proofOf({})}0`,
      'v1',
      `v2${proofOf({}).slice(2)}`,
    ]
    const receipt = await send(forged.map((proof) => signed(proof, { company: 'Rival' })))
    expect(receipt).toEqual({ accepted: forged.length, rejected: [] })
    const lead = await ada()
    expect(lead.traits).toContainEqual(expect.objectContaining({ name: 'company', value: 'Analytical' }))
    expect(lead.alsoDeclared).toContainEqual(expect.objectContaining({ value: 'Rival' }))
    expect((await linksOf(lead)).some((link) => link.signed)).toBe(false)
    expect(await refused()).toMatchObject([
      { reason: 'a proof of identity is forged or expired', count: forged.length },
    ])
    // At the very edge it is good.
    await send([signed(proofOf({ expires: now + 10 * MINUTE }), { company: 'Rival' })])
    expect((await ada()).traits).toContainEqual(expect.objectContaining({ value: 'Rival', source: 'signed' }))
  })

  test('secrets are exchanged without a gap, told once, and are of no use once revoked', async () => {
    const [old] = (await visited.read<{ items: { id: string }[] }>(secrets)).items
    const next = await makeSecret()
    expect(JSON.stringify(await visited.read(secrets)) + JSON.stringify(await visited.read('/sites'))).not.toContain(
      secret,
    )
    expect((await visited.api(secrets, { method: 'POST' })).status).toBe(409)
    await send([signed(proofOf({}), { company: 'by the old one' })])
    await send([signed(proofOf({ by: next.secret }), { title: 'by the new one' })])
    expect((await ada()).traits).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ value: 'by the old one', source: 'signed' }),
        expect.objectContaining({ value: 'by the new one', source: 'signed' }),
      ]),
    )
    expect((await visited.api(`${secrets}/${old?.id}`, { method: 'DELETE' })).status).toBe(204)
    expect((await visited.api(`${secrets}/${old?.id}`, { method: 'DELETE' })).status).toBe(404)
    now += MINUTE
    await send([signed(proofOf({}), { phone: '1' })])
    expect((await ada()).traits).toContainEqual(expect.objectContaining({ value: '1', source: 'declared' }))
    expect((await visited.api('/sites/nowhere/secrets')).status).toBe(404)
  })

  test('the snippet that the README gives to site owners makes a proof that is good', async () => {
    const readme = readFileSync('tracker/README.md', 'utf8')
    const snippet = /In Node:\n\n```js\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''
    const module = `data:text/javascript,${encodeURIComponent(snippet.replace('v1|acme|', 'v1|default|'))}`
    const { proofFor } = (await import(/* @vite-ignore */ module)) as { proofFor(id: string, email: string): string }
    process.env.BRAISE_SECRET = secret
    // The snippet goes by the machine's clock.
    now = Date.now()
    await send([signed(proofFor(browser, ADA), { company: 'Analytical' })])
    delete process.env.BRAISE_SECRET
    expect((await ada()).traits).toContainEqual(expect.objectContaining({ name: 'company', source: 'signed' }))
  })
})
