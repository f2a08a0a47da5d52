/** Of where a request came from a country and a language are kept, and nothing else. */
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { openCountries, whereaboutsOf } from '../../../collector/http/whereabouts.ts'
import { newId } from '../../../collector/store/id.ts'
import type { LeadDetail, LeadItem } from '../../../dashboard/api.ts'
import { newSqliteUrl, onEachEngine } from '../../support/engines.ts'
import { visit, visitEach } from '../../support/visiting.ts'
import { batch, engage, form, identify, page, START, track } from '../../support/wire.ts'

/** Of Orange in France, Proximus in Belgium, the RIPE NCC in the Netherlands, Free in France, and of nobody. */
const FRENCH = '80.12.40.1'
const KNOWN = [
  [FRENCH, 'FR'],
  [`::ffff:${FRENCH}`, 'FR'],
  ['193.0.6.139', 'NL'],
  ['84.197.1.1', 'BE'],
  ['2a01:e0a:1::1', 'FR'],
] as const
const UNKNOWN = ['127.0.0.1', '192.168.1.1', '10.0.0.1', '::1', 'fd00::1', '', 'nonsense', '999.1.1.1']

test('the embedded table knows the country of an address, of either version, and of no private one', () => {
  const findCountry = openCountries(null)
  for (const [address, country] of KNOWN) expect([address, findCountry(address)]).toEqual([address, country])
  for (const address of UNKNOWN) expect([address, findCountry(address)]).toEqual([address, undefined])
  expect(openCountries('off')(FRENCH)).toBeUndefined()
})

test('of the languages a browser accepts, the first is kept, without its region', () => {
  for (const [header, language] of [
    ['fr-CH, fr;q=0.9, en;q=0.8', 'fr'],
    ['EN', 'en'],
    ['fil-PH', 'fil'],
    ['*', undefined],
    ['', undefined],
    [undefined, undefined],
    ['<script>', undefined],
    ['abcdefgh', undefined],
  ] as const) {
    expect([header, whereaboutsOf(undefined, header).language]).toEqual([header, language])
  }
})

onEachEngine((newDatabase) => {
  const visited = visitEach(newDatabase, () => START, { TRUST_PROXY: '1' })

  test('a lead has the country and the language of its requests, and no address is stored anywhere', async () => {
    const events = [page(START), engage(START, newId(START), 5000), track(START, 'Video Watched')]
    const all = [...events, form(START, 'contact', { email: 'ada@analytical.example', firstName: 'Ada' })]
    const headers = { 'x-forwarded-for': FRENCH, 'accept-language': 'fr-CH,fr;q=0.9' }
    await visited.take(batch(newId(START), START, all), headers)
    await visited.counted()
    const [lead] = (await visited.read<{ items: LeadItem[] }>('/leads')).items
    const { traits } = await visited.read<LeadDetail>(`/leads/${lead?.id}`)
    const derived = traits.filter(({ source }) => source === 'derived').map(({ name, value }) => [name, value])
    expect(Object.fromEntries(derived)).toEqual({
      emailKind: 'company',
      companyDomain: 'analytical.example',
      country: 'FR',
      language: 'fr',
    })
    const { db } = visited.running.collector.database
    const rows = await db.selectFrom('event').selectAll().execute()
    const kept = rows.map(({ type, body }) => [type, JSON.parse(body).country, JSON.parse(body).language])
    expect(kept.sort()).toEqual([
      ['engage', undefined, undefined],
      ['form', 'FR', 'fr'],
      ['page', 'FR', 'fr'],
      ['track', undefined, undefined],
    ])
    for (const table of ['event', 'visitor', 'lead', 'refusal', 'claim'] as const) {
      const stored = JSON.stringify(await db.selectFrom(table).selectAll().execute())
      expect([table, stored.includes(FRENCH), stored.includes('CH')]).toEqual([table, false, false])
    }
  })

  test('what a browser says of its country itself is not believed', async () => {
    const claimed = { ...identify(START, 'ada@analytical.example'), country: 'US', language: 'xx' }
    await visited.take(batch(newId(START), START, [claimed]), { 'x-forwarded-for': FRENCH })
    const [row] = await visited.running.collector.database.db.selectFrom('event').select('body').execute()
    expect(JSON.parse(row?.body ?? '')).toMatchObject({ country: 'FR' })
    expect(row?.body).not.toContain('xx')
  })
})

test('a table that is none is told at the start', async () => {
  const database = await newSqliteUrl()
  const path = join(dirname(database.url), 'countries.mmdb')
  writeFileSync(path, 'no table of countries')
  await expect(visit(database.url, () => START, { COUNTRY_DATABASE: path })).rejects.toThrow()
  await expect(visit(database.url, () => START, { COUNTRY_DATABASE: `${path}.not` })).rejects.toThrow(
    'COUNTRY_DATABASE',
  )
  await database.remove()
})
