import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { clear, lookAgain } from '../../collector/erasure.ts'
import { PERSONAL_TABLES } from '../../collector/store/held.ts'
import { newId } from '../../collector/store/id.ts'
import { diskInThreads } from '../../collector/threads.ts'
import { takeIn } from '../support/arrivals.ts'
import { newSqliteUrl, onEachEngine, type TestDatabase } from '../support/engines.ts'
import { type Visited, visit } from '../support/visiting.ts'
import { batch, consent, DAY, form, HOUR, identify, MINUTE, page, START, track } from '../support/wire.ts'

const ADA = 'ada@analytical.example'
const BOB = 'bob@mill.example'
/** By then what was erased has been looked for once more, and is off the disk. */
const LATER = MINUTE

interface Lead {
  id: string
  email: string | null
}

onEachEngine((newDatabase, engine) => {
  let database: TestDatabase
  let visited: Visited
  let folder: string
  let now: number
  let browser: string

  const start = () => visit(database.url, () => now, { ERASED_FILE: join(folder, 'erased') })

  beforeEach(async () => {
    now = START
    browser = newId(now)
    folder = mkdtempSync(join(tmpdir(), 'braise-erased-'))
    database = await newDatabase()
    visited = await start()
  })
  afterEach(async () => {
    await visited.running.stop()
    await database.remove()
    rmSync(folder, { recursive: true })
  })

  const send = (events: unknown[], from: string | undefined = browser) => visited.take(batch(from, now, events))

  async function leads(): Promise<Lead[]> {
    await visited.counted()
    const known = (await visited.read<{ items: Lead[] }>('/leads')).items
    return [...known, ...(await visited.read<{ items: Lead[] }>('/leads?stage=visitor')).items]
  }

  async function idOf(email: string | null): Promise<string> {
    const lead = (await leads()).find((each) => each.email === email)
    if (!lead) throw new Error(`Nobody is ${email}`)
    return lead.id
  }

  async function erase(email: string | null, id?: string): Promise<void> {
    const response = await visited.api(`/leads/${id ?? (await idOf(email))}`, { method: 'DELETE' })
    expect(response.status).toBe(204)
    now += LATER
    await visited.running.collector.erasures.carryOn()
  }

  async function deedsOf(email: string): Promise<string[]> {
    const { items } = await visited.read<{ items: { url: string | null; form: string | null }[] }>(
      `/leads/${await idOf(email)}/events`,
    )
    return items.map(({ form, url }) => form ?? (url ? new URL(url).pathname : 'identify')).reverse()
  }

  /** All rows of all tables, as text. */
  async function everything(): Promise<string> {
    const { db } = visited.running.collector.database
    const tables = await db.introspection.getTables()
    const rows = await Promise.all(tables.map(({ name }) => sql`select * from ${sql.ref(name)}`.execute(db)))
    return JSON.stringify(rows.map((result) => result.rows))
  }

  async function refusals(): Promise<Record<string, number>> {
    const { items } = await visited.read<{ items: { reason: string; count: number }[] }>('/refused')
    return Object.fromEntries(items.map(({ reason, count }) => [reason, count]))
  }

  test('nothing in any table names an erased person, their browsers or what they did', async () => {
    await send([
      consent(now, 'granted'),
      page(now, '/pricing'),
      track(now, 'Video Watched'),
      form(now, 'contact', { email: ADA, firstName: 'Ada', lastName: 'Lovelace', message: 'about my engine' }),
    ])
    const second = newId(now)
    await send([page(now, '/demo')], second)
    await leads()
    // Somebody looks at an unknown visitor, who then turns out to be Ada.
    await visited.read(`/leads/${second}`)
    await send([identify(now, ADA)], second)
    await visited.take(batch(undefined, now, [form(now, 'newsletter', { email: ADA })]))
    const id = await idOf(ADA)
    await visited.api(`/leads/${id}/notes`, { method: 'POST', body: JSON.stringify({ text: 'she wrote programs' }) })
    await visited.api(`/leads/${id}`, { method: 'PATCH', body: JSON.stringify({ stage: 'lost', note: 'her budget' }) })
    await fetch(`${visited.running.url.replace('localhost', '127.0.0.1')}/opt-out/default`, {
      method: 'POST',
      body: new URLSearchParams({ email: ADA }),
    })
    const body = JSON.stringify({ objected: true, note: 'against my engine' })
    await visited.api(`/leads/${id}`, { method: 'PATCH', body })
    expect((await visited.read<{ waiting: number }>('/objections')).waiting).toBe(1)
    await send([page(now - 1, '/about'), identify(now, BOB)], newId(now))
    const held = await visited.read(`/leads/${id}/held`)
    await visited.read(`/leads/${id}`)
    expect(held).toEqual({ visitors: 3, shared: 0, events: 7, notes: 1, decisions: 1 })

    await erase(ADA, id)
    const left = await everything()
    for (const trace of [ADA, 'ovelace', 'analytical', 'engine', 'programs', 'budget', id, browser, second]) {
      expect(left.toLowerCase().includes(trace), trace).toBe(false)
    }
    expect((await visited.api(`/leads/${id}`)).status).toBe(404)
    expect(await leads()).toMatchObject([{ email: BOB }])
    expect(await deedsOf(BOB)).toEqual(['/about', 'identify'])
    const { db } = visited.running.collector.database
    const [{ erasure_id: erasure } = { erasure_id: '' }] = await db.selectFrom('erasure').selectAll().execute()
    const entries = (await db.selectFrom('audit').selectAll().execute()).filter(({ subject }) => subject === erasure)
    expect(entries.map(({ action }) => action).sort()).toEqual([
      'lead erased',
      'lead viewed',
      'lead viewed',
      'objection recorded',
    ])
    const { items } = await visited.read<{ items: { subject: string; erased: boolean }[] }>('/audit?action=lead viewed')
    expect(items.map(({ subject, erased }) => [subject === erasure, erased])).toEqual([
      [false, false],
      [true, true],
      [true, true],
    ])
  })

  test('all that is held on a person comes in one file, of every table, and only what is theirs', async () => {
    await send([page(now - 1, '/pricing'), identify(now, ADA, { company: '=1+1' })])
    await send([identify(now, BOB)], newId(now))
    const id = await idOf(ADA)
    const { held } = await visited.read<{ held: { table: string; rows: object[] }[] }>(`/leads/${id}/export`)
    expect(held.map(({ table }) => table).sort()).toEqual(Object.keys(PERSONAL_TABLES).sort())
    const rowsOf = (name: string) => held.find(({ table }) => table === name)?.rows ?? []
    expect(rowsOf('event')).toHaveLength(2)
    expect(rowsOf('visitor')).toMatchObject([{ visitor_id: browser }])
    expect(rowsOf('lead')).toMatchObject([{ lead_id: id, email: ADA }])
    expect(JSON.stringify(held)).not.toContain(BOB)
    const csv = await visited.api(`/leads/${id}/export?format=csv`)
    expect(csv.headers.get('content-disposition')).toMatch(/^attachment; filename="braise-person-.*\.csv"$/)
    const text = await csv.text()
    expect(text).toContain('"lead","name, company and address",1,"company","\'=1+1"')
    expect(text).not.toContain(BOB)
    expect((await visited.api(`/leads/${newId(now)}/export`)).status).toBe(404)
  })

  test('a copy of what is held has whoever was merged into them, and each row once', async () => {
    await send([identify(now, ADA)])
    await send([page(now - 1, '/mill'), identify(now, BOB)], newId(now))
    const [ada, bob] = [await idOf(ADA), await idOf(BOB)]
    await visited.api(`/leads/${bob}/notes`, { method: 'POST', body: JSON.stringify({ text: 'owns the mill' }) })
    await visited.api(`/leads/${ada}/merge`, { method: 'POST', body: JSON.stringify({ lead: bob }) })
    await leads()
    const { held } = await visited.read<{ held: { table: string; rows: object[] }[] }>(`/leads/${ada}/export`)
    const rowsOf = (name: string) => held.find(({ table }) => table === name)?.rows ?? []
    const sorted = (name: string, column: string) =>
      rowsOf(name)
        .map((row) => row[column as keyof object])
        .sort()
    expect(sorted('lead', 'email')).toEqual([ADA, BOB])
    expect(sorted('claim', 'email')).toEqual([ADA, BOB])
    expect(rowsOf('event')).toHaveLength(3)
    expect(rowsOf('note')).toMatchObject([{ text: 'owns the mill' }])
    expect(rowsOf('map_edit')).toMatchObject([{ kind: 'merge', lead_id: ada, other_id: bob }])
    const csv = await (await visited.api(`/leads/${ada}/export?format=csv`)).text()
    for (const text of [ADA, BOB, 'owns the mill', '/mill']) expect(csv).toContain(text)
  })

  test('what a collector that has not heard of it yet makes of an erased browser goes as well', async () => {
    await send([page(now, '/pricing')])
    const { database } = visited.running.collector
    expect((await visited.api(`/leads/${await idOf(null)}`, { method: 'DELETE' })).status).toBe(204)
    const unaware = batch(browser, now, [page(now, '/demo'), identify(now, ADA)])
    expect((await takeIn(database, unaware, now)).accepted).toBe(2)
    expect(await leads()).toMatchObject([{ email: ADA }])
    expect(await database.db.selectFrom('span').selectAll().execute()).toHaveLength(1)
    now += LATER
    await visited.running.collector.erasures.carryOn()
    expect(await leads()).toEqual([])
    expect(await database.db.selectFrom('span').selectAll().execute()).toEqual([])
    const left = await everything()
    for (const trace of [ADA, browser]) expect(left.includes(trace), trace).toBe(false)
  })

  test('with a person goes what users decided of their browser while nobody knew whose it was', async () => {
    await send([page(now, '/pricing')])
    const visitor = await idOf(null)
    await visited.api(`/leads/${visitor}`, {
      method: 'PATCH',
      body: JSON.stringify({ stage: 'accepted', note: 'keen' }),
    })
    await send([identify(now, ADA)])
    await leads()
    expect(await everything()).toContain('keen')
    await erase(ADA)
    const left = await everything()
    for (const trace of ['keen', visitor]) expect(left.includes(trace), trace).toBe(false)
  })

  test('an unknown visitor can be erased', async () => {
    await send([page(now, '/pricing')])
    await erase(null)
    expect(await leads()).toEqual([])
    expect(await everything()).not.toContain(browser)
  })

  test('who used the same browser after them keeps what is theirs', async () => {
    await send([page(now, '/pricing'), identify(now, ADA)])
    now += DAY
    await send([identify(now, BOB), page(now + 1, '/demo')])
    await erase(ADA)
    expect((await leads()).map(({ email }) => email)).toEqual([BOB])
    expect(await deedsOf(BOB)).toEqual(['identify', '/demo'])
    await send([page(now, '/about')])
    expect(await deedsOf(BOB)).toEqual(['identify', '/demo', '/about'])
  })

  test('who used the same browser before them keeps what is theirs, and the browser tells nothing more', async () => {
    await send([page(now, '/pricing'), identify(now + 1, BOB)])
    now += DAY
    await send([identify(now, ADA), page(now + 1, '/demo')])
    await erase(ADA)
    await send([page(now, '/about')])
    expect(await deedsOf(BOB)).toEqual(['/pricing', 'identify'])
    expect(await refusals()).toEqual({ 'of somebody who was erased': 1 })
  })

  test('what a known browser still sends, and what happened before, is refused and counted; the answer does not tell', async () => {
    await send([page(now, '/pricing'), identify(now, ADA)])
    await erase(ADA)
    expect(await send([page(now, '/demo'), identify(now, ADA)])).toEqual({ accepted: 2, rejected: [] })
    expect(await send([identify(now - 2 * LATER, ADA)], newId(now))).toEqual({ accepted: 1, rejected: [] })
    expect(await leads()).toEqual([])
    expect(await refusals()).toEqual({ 'of somebody who was erased': 3 })
  })

  test('a form under a new visitor id starts a new lead without history, and it can be erased again', async () => {
    await send([page(now, '/pricing'), identify(now, ADA)])
    const before = await idOf(ADA)
    await erase(ADA)
    const second = newId(now)
    await send([page(now - 1, '/demo'), form(now, 'contact', { email: ADA })], second)
    expect(await deedsOf(ADA)).toEqual(['/demo', 'contact'])
    expect(await idOf(ADA)).not.toBe(before)
    await erase(ADA)
    expect(await leads()).toEqual([])
    await send([page(now, '/demo')], second)
    expect(await leads()).toEqual([])
  })

  test('a browser that nobody knew gives the erased address later: what it did before the erasure does not come along', async () => {
    await send([page(now, '/pricing')])
    await send([identify(now, ADA)], newId(now))
    await erase(ADA)
    now += DAY
    await send([page(now - 1, '/demo'), form(now, 'contact', { email: ADA })])
    expect(await deedsOf(ADA)).toEqual(['/demo', 'contact'])
    now += DAY
    await send([page(now - 1, '/about'), identify(now, ADA)])
    expect(await deedsOf(ADA)).toEqual(['/demo', 'contact', '/about', 'identify'])
  })

  test('a restored backup in which somebody else is still merged into who was erased shows them by themselves', async () => {
    for (const email of [ADA, BOB]) await send([form(now, 'newsletter', { email })], newId(now))
    const [ada, bob] = [await idOf(ADA), await idOf(BOB)]
    const merge = { method: 'POST', body: JSON.stringify({ lead: bob }) }
    const { mapEdits } = (await (await visited.api(`/leads/${ada}/merge`, merge)).json()) as {
      mapEdits: { id: string }[]
    }
    await visited.running.stop()
    const backup = await database.copy()
    visited = await start()
    await visited.api(`/leads/${ada}/decisions/${mapEdits[0]?.id}`, { method: 'DELETE' })
    await erase(ADA)
    await visited.running.stop()
    await database.remove()

    database = backup
    visited = await start()
    expect(await leads()).toMatchObject([{ id: bob, email: BOB }])
  })

  test('nor does it where a mistyped address is put right', async () => {
    const name = { firstName: 'Ada', lastName: 'Lovelace' }
    await send([page(now, '/pricing')])
    await send([identify(now, ADA)], newId(now))
    await erase(ADA)
    await send([form(now - 1, 'contact', { email: 'aad@analytical.example', ...name })])
    await send([form(now, 'contact', { email: ADA, ...name })])
    expect(await deedsOf(ADA)).toEqual(['contact', 'contact'])
  })

  test('after a backup of before was restored it does not come along either', async () => {
    await send([page(now, '/pricing')])
    await send([identify(now, ADA)], newId(now))
    await leads()
    await visited.running.stop()
    const backup = await database.copy()
    visited = await start()
    await erase(ADA)
    await visited.running.stop()
    await database.remove()

    database = backup
    visited = await start()
    await send([page(now, '/demo'), identify(now + 1, ADA)])
    expect(await deedsOf(ADA)).toEqual(['/demo', 'identify'])
  })

  test('who objected and is no lead gets a copy, is erased by a click, and no restored backup knows of them', async () => {
    const address = visited.running.url.replace('localhost', '127.0.0.1')
    for (const email of [ADA, BOB]) {
      await fetch(`${address}/opt-out/default`, { method: 'POST', body: new URLSearchParams({ email }) })
    }
    const waiting = async () => (await visited.read<{ items: { id: string; email: string }[] }>('/objections')).items
    const idOfAsker = async () => (await waiting()).find(({ email }) => email === ADA)?.id
    const id = await idOfAsker()
    const { held } = await visited.read<{ held: { table: string; rows: object[] }[] }>(`/objections/${id}/export`)
    expect(held.filter(({ rows }) => rows.length > 0)).toMatchObject([{ table: 'opt_out', rows: [{ email: ADA }] }])
    const csv = await visited.api(`/objections/${id}/export?format=csv`)
    expect(csv.headers.get('content-disposition')).toMatch(/^attachment; filename="braise-person-.*\.csv"$/)
    expect(await csv.text()).toContain(`"email","${ADA}"`)
    await visited.api(`/objections/${id}`, { method: 'PATCH', body: JSON.stringify({ answer: 'confirmed' }) })
    await visited.running.stop()
    const backup = await database.copy()
    visited = await start()

    const remove = (asked?: string) => visited.api(`/objections/${asked}`, { method: 'DELETE' })
    expect((await remove(id)).status).toBe(204)
    now += LATER
    await visited.running.collector.erasures.carryOn()
    expect((await waiting()).map(({ email }) => email)).toEqual([BOB])
    const left = await everything()
    for (const trace of [ADA, id as string]) expect(left.includes(trace), trace).toBe(false)
    const { items } = await visited.read<{ items: { action: string; erased: boolean }[] }>('/audit')
    expect(items.flatMap(({ action, erased }) => (erased ? action : [])).sort()).toEqual([
      'objection erased',
      'objection exported',
      'objection exported',
    ])
    expect((await remove(id)).status).toBe(404)
    expect(await send([identify(now - 2 * LATER, ADA)])).toEqual({ accepted: 1, rejected: [] })
    expect(await refusals()).toEqual({ 'of somebody who was erased': 1 })
    // Of a lead that is on its own page.
    await send([identify(now, BOB)])
    const [bob] = await leads()
    const refused = await remove((await waiting())[0]?.id)
    expect([refused.status, ((await refused.json()) as { movedTo: string }).movedTo]).toEqual([409, bob?.id])
    await visited.running.stop()
    await database.remove()

    database = backup
    visited = await start()
    expect(await everything()).not.toContain(ADA)
    await send([identify(now, ADA)], newId(now))
    await visited.counted()
    expect((await visited.read<{ items: object[] }>('/leads')).items).toMatchObject([{ email: ADA, objected: false }])
  })

  test('who objects after the erasure has objected; what was said before is forgotten, also by a restored backup', async () => {
    const object = () =>
      fetch(`${visited.running.url.replace('localhost', '127.0.0.1')}/opt-out/default`, {
        method: 'POST',
        body: new URLSearchParams({ email: ADA }),
      })
    const waiting = async () =>
      (await visited.read<{ items: { at: number }[] }>('/objections')).items.map(({ at }) => at)
    await object()
    expect(await waiting()).toEqual([START])
    await visited.running.stop()
    const backup = await database.copy()
    visited = await start()
    await send([identify(now, ADA)])
    const id = await idOf(ADA)
    expect((await visited.api(`/leads/${id}`, { method: 'DELETE' })).status).toBe(204)
    expect(await waiting()).toEqual([])
    now += 1
    await object()
    now += LATER
    await visited.running.collector.erasures.carryOn()
    expect(await waiting()).toEqual([START + 1])
    await visited.running.stop()
    await database.remove()

    database = backup
    visited = await start()
    expect(await waiting()).toEqual([])
  })

  test('a lead who is not there cannot be erased, nor one of another site', async () => {
    await send([identify(now, ADA)])
    const id = await idOf(ADA)
    expect((await visited.api(`/leads/${newId(now)}`, { method: 'DELETE' })).status).toBe(404)
    expect((await visited.api(`/leads/${id}?site=other`, { method: 'DELETE' })).status).toBe(404)
    expect(await idOf(ADA)).toBe(id)
  })

  test('what was deleted in the middle of a crash is erased at the next start', async () => {
    await send([page(now, '/pricing'), identify(now, ADA)])
    await send([identify(now, BOB)], newId(now))
    await leads()
    const { collector } = visited.running
    const person = { siteId: 'default', leadId: await idOf(ADA), email: ADA, visitorIds: [], sharedIds: [] }
    collector.erasures.tombstones.add(newId(now), { ...person, lastIds: [browser] }, now)
    await visited.running.stop()
    now += 1
    visited = await start()
    expect(await leads()).toMatchObject([{ email: BOB }])
    expect(await everything()).not.toContain(browser)
  })

  test('what another collector took in before it knew of the erasure is cut when it is looked over', async () => {
    await send([page(now, '/pricing')])
    await send([identify(now, ADA)], newId(now))
    const { database: same, erasures } = visited.running.collector
    expect((await visited.api(`/leads/${await idOf(ADA)}`, { method: 'DELETE' })).status).toBe(204)
    await takeIn(same, batch(browser, now + 1, [page(now + 1, '/demo'), identify(now + 2, ADA)]), now + 2)
    expect(await deedsOf(ADA)).toEqual(['/pricing', '/demo', 'identify'])
    now += LATER
    await erasures.carryOn()
    expect(await deedsOf(ADA)).toEqual(['/demo', 'identify'])
  })

  // A SQLite file has one collector.
  if (engine === 'Postgres')
    test('every collector of a database knows at once enough to refuse, and keeps a file of its own', async () => {
      await send([page(now, '/pricing'), identify(now, ADA)])
      const key = readKeyAfterErasing()
      const other = await visit(database.url, () => now, { ERASED_FILE: join(folder, 'other'), ERASED_KEY: await key })
      await other.running.collector.erasures.carryOn()
      expect(await other.take(batch(browser, now, [page(now, '/demo')]))).toEqual({ accepted: 1, rejected: [] })
      expect(await leads()).toEqual([])
      expect(tombstonesIn('other')).toEqual(tombstonesIn('erased'))
      await other.running.stop()
    })

  async function readKeyAfterErasing(): Promise<string> {
    await erase(ADA)
    return readFileSync(join(folder, 'erased.key'), 'utf8')
  }

  const tombstonesIn = (file: string) => readFileSync(join(folder, file), 'utf8').split('\n').filter(Boolean)

  test('a collector with another key does not start', async () => {
    await send([identify(now, ADA)])
    await erase(ADA)
    await visited.running.stop()
    const env = { ERASED_FILE: join(folder, 'other'), ERASED_KEY: 'another key that is long enough, too' }
    await expect(visit(database.url, () => now, env)).rejects.toThrow('ERASED_KEY')
    visited = await start()
  })

  test('the file can be read by its owner alone, tells neither address nor browser, and its key lies apart', async () => {
    await send([page(now, '/pricing'), identify(now, ADA)])
    await erase(ADA)
    for (const name of ['erased', 'erased.key']) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
    const [line] = tombstonesIn('erased')
    expect(line).not.toContain(browser)
    expect(line).not.toContain(ADA)
    expect(line).not.toContain(readFileSync(join(folder, 'erased.key'), 'utf8'))
  })

  test('nobody is hashed with a key that a power cut has left empty', async () => {
    await visited.running.stop()
    writeFileSync(join(folder, 'erased.key'), '')
    visited = await start()
    await send([identify(now, ADA)])
    await erase(ADA)
    expect(readFileSync(join(folder, 'erased.key'), 'utf8')).toMatch(/^[\w-]{43}$/)
  })

  test('nor does what was done to a link of their browser to somebody else', async () => {
    await send([page(now - 2, '/pricing'), identify(now - 1, BOB)])
    await leads()
    await visited.api(`/leads/${await idOf(BOB)}/unlink`, {
      method: 'POST',
      body: JSON.stringify({ visitorId: browser }),
    })
    await send([identify(now, ADA)])
    const id = await idOf(ADA)
    const file = await (await visited.api(`/leads/${id}/export`)).text()
    expect(file).toContain('unlink')
    await erase(ADA, id)
    await leads()
    const left = await everything()
    for (const trace of [ADA, BOB, browser]) expect(left.includes(trace), trace).toBe(false)
  })

  test('who could not be written down is not erased, and can be another time', async () => {
    await send([page(now - 1, '/pricing'), identify(now, ADA)])
    const id = await idOf(ADA)
    mkdirSync(join(folder, 'erased'))
    expect((await visited.api(`/leads/${id}`, { method: 'DELETE' })).status).toBe(500)
    rmdirSync(join(folder, 'erased'))
    now += LATER
    await visited.running.collector.erasures.carryOn()
    await send([page(now, '/demo')])
    await leads()
    expect(await deedsOf(ADA)).toEqual(['/pricing', 'identify', '/demo'])
    await erase(ADA)
    expect(tombstonesIn('erased')).toHaveLength(1)
    expect(await leads()).toEqual([])
  })

  test('every table with something of a lead or a visitor is in the list', async () => {
    const tables = await visited.running.collector.database.db.introspection.getTables()
    const personal = tables
      .filter(({ columns }) => columns.some(({ name }) => /(^|_)(lead|visitor)s?_?(id)?$|^email$/.test(name)))
      .filter(({ name }) => name !== 'user' && name !== 'one_time_link')
    expect(personal.map(({ name }) => name).sort()).toEqual(Object.keys(PERSONAL_TABLES).sort())
    // Those are all tables but these, which hold nothing of a visitor: whoever adds one must say so here.
    const others = [
      'api_token',
      'audit',
      'erasure',
      'one_time_link',
      'purge',
      'recount',
      'refusal',
      'retention',
      'ruleset',
      'sign_in',
      'signing_secret',
      'site',
      'tracker_version',
      'user',
    ]
    expect(
      tables
        .map(({ name }) => name)
        .filter((name) => !(name in PERSONAL_TABLES))
        .sort(),
    ).toEqual(others)
  })
})

describe('on the disk', () => {
  let database: TestDatabase
  let visited: Visited
  let now: number

  beforeEach(async () => {
    now = START
    database = await newSqliteUrl()
    visited = await visit(database.url, () => now)
  })
  afterEach(async () => {
    await visited.running.stop()
    await database.remove()
  })

  let browser: string
  let traces: string[]

  /** Visits of many, among them Ada over a month, so that her rows lie on many pages. */
  async function fill(): Promise<void> {
    // An erased browser is not heard any more.
    browser = newId(now)
    traces = [ADA, 'Lovelace', 'lovelace', browser, browser.replaceAll('-', ''), 'about my engine', 'her budget']
    await visited.take(batch(browser, now - 1, pages(1)))
    await visited.counted()
    await visited.read(`/leads/${browser}`)
    for (let day = 0; day < 10; day++) {
      const fields = { email: ADA, firstName: 'Ada', lastName: 'Lovelace', message: 'about my engine'.repeat(day) }
      const adas = batch(browser, now, [...pages(30), form(now, 'contact', fields)])
      const others = Array.from({ length: 40 }, (_, i) =>
        batch(newId(now), now, [...pages(10), form(now, 'guide', { email: `eve${day}.${i}@mill.example` })]),
      )
      await Promise.all([...others.slice(20), adas, ...others.slice(0, 20)].map((each) => visited.take(each)))
      await visited.counted()
      now += DAY
    }
  }

  const pages = (number: number) => Array.from({ length: number }, (_, n) => page(now - 1 - n, `/page-${n}`))

  async function adaId(): Promise<string> {
    const { items } = await visited.read<{ items: Lead[] }>('/leads?q=lovelace')
    return items[0]?.id ?? 'nobody'
  }

  async function eraseAda(finish = () => visited.running.collector.erasures.carryOn()): Promise<void> {
    const id = await adaId()
    traces.push(id)
    await visited.read(`/leads/${id}`)
    await visited.api(`/leads/${id}`, { method: 'PATCH', body: JSON.stringify({ stage: 'lost', note: 'her budget' }) })
    expect((await visited.api(`/leads/${id}`, { method: 'DELETE' })).status).toBe(204)
    now += LATER
    await finish()
  }

  /** As by day with a file that is too large to be written anew at once. */
  async function eraseAdaByDay(secureDelete: 'on' | 'off'): Promise<void> {
    const { database, erasures } = visited.running.collector
    await erasures.stop()
    await sql`pragma secure_delete = ${sql.raw(secureDelete)}`.execute(database.db)
    await eraseAda(() => lookAgain(database, now))
    expect(await diskInThreads(database).emptyLog()).toBe(true)
  }

  /** The traces that the bytes of any file beside the database hold. */
  function found(): string[] {
    const folder = dirname(database.url)
    const bytes = readdirSync(folder).map((name) => readFileSync(join(folder, name)))
    const binary = Buffer.from(browser.replaceAll('-', ''), 'hex')
    return [...traces, binary].filter((trace) => bytes.some((file) => file.includes(trace))).map(String)
  }

  test('no file of the data folder has a trace of an erased person', async () => {
    await fill()
    expect(found()).toContain(ADA)
    await eraseAda()
    expect(found()).toEqual([])
  })

  test('deleted rows are overwritten also before the file is written anew; without secure_delete they are not', async () => {
    await fill()
    await eraseAdaByDay('on')
    // Not so her browser's id in indexes: where rows moved from page to page, copies stay until then.
    expect(found()).not.toContain('about my engine')
    await fill()
    await eraseAdaByDay('off')
    expect(found()).toContain('about my engine')
  })

  test('a file from before secure_delete is written anew, once', async () => {
    await fill()
    await eraseAdaByDay('off')
    await sql`pragma user_version = 1`.execute(visited.running.collector.database.db)
    await visited.running.stop()
    expect(found()).toContain(ADA)
    visited = await visit(database.url, () => now)
    await visited.running.stop()
    expect(found()).toEqual([])
  })

  test('a large file is written anew only at night; until then its log is emptied once for all who were erased', async () => {
    await visited.take(batch(browser, now, [page(now)]))
    await visited.counted()
    const { items } = await visited.read<{ items: Lead[] }>('/leads?stage=visitor')
    await visited.api(`/leads/${items[0]?.id}`, { method: 'DELETE' })
    const { database } = visited.running.collector
    const large = { ...database, engine: { ...database.engine, sizeToVacuum: () => 1024 ** 3 } }
    const hours: number[] = []
    let emptied = 0
    const disk = {
      vacuum: async () => void hours.push(new Date(now).getHours()),
      async emptyLog() {
        emptied++
        // The first time, somebody reads.
        return emptied > 1
      },
    }
    const from = new Date(now).setHours(5, 30)
    await lookAgain(large, from + DAY)
    let known = 0
    for (now = from + DAY; now < from + 3 * DAY; now += HOUR) known = await clear(large, disk, known, now)
    expect(hours).toEqual([2])
    expect(emptied).toBe(3)
  })

  test('a restored backup does not bring them back', async () => {
    await fill()
    await visited.running.stop()
    const backup = mkdtempSync(join(tmpdir(), 'braise-backup-'))
    cpSync(database.url, join(backup, basename(database.url)))
    visited = await visit(database.url, () => now)
    await eraseAda()
    await visited.running.stop()

    for (const end of ['', '-wal', '-shm']) rmSync(database.url + end, { force: true })
    cpSync(join(backup, basename(database.url)), database.url)
    expect(found()).toContain(ADA)
    visited = await visit(database.url, () => now)
    expect(await adaId()).toBe('nobody')
    await visited.running.collector.erasures.carryOn()
    expect(found()).toEqual([])
    expect(existsSync(database.url)).toBe(true)
    rmSync(backup, { recursive: true })
  })
})
