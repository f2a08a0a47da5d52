/** Users who take links back, release and merge at random, and undo it: through the API, and written down beside it. */
import { expect } from 'vitest'
import type { createApp } from '../../collector/app.ts'
import type { Db } from '../../collector/store/database.ts'
import { API_TOKEN } from './client.ts'
import type { Made, Receipt } from './oracle.ts'

interface Act {
  id: string
  kind: 'unlink' | 'release' | 'merge'
  leadId: string
  /** The links concerned, or the two addresses. */
  pairs: string[]
}

export class Hands implements Made {
  /** How often each was done. */
  readonly done = { unlinked: 0, released: 0, merged: 0, undone: 0 }
  /** Addresses of leads to which something was done: they stay, so that it can be undone. */
  readonly touched = new Set<string>()
  #acts: Act[] = []
  readonly #db: Db
  readonly #app: ReturnType<typeof createApp>

  constructor(db: Db, app: ReturnType<typeof createApp>) {
    this.#db = db
    this.#app = app
  }

  isUndone = (visitorId: string, email: string) => this.#isPair('unlink', `${visitorId} ${email}`)
  isReleased = (visitorId: string, email: string) => this.#isPair('release', `${visitorId} ${email}`)

  rootOf = (email: string): string => {
    const merge = this.#acts.find(({ kind, pairs }) => kind === 'merge' && pairs[0] === email)
    return merge ? this.rootOf(merge.pairs[1] as string) : email
  }

  /** Does something that the number chooses, if it can be done. */
  async act(which: number): Promise<void> {
    if (which % 4 === 0) return this.#undo(which)
    const links = await this.#links()
    const choice = which % 4 === 3 ? links.filter(({ beyond }) => beyond) : links
    const link = choice[which % choice.length]
    const lead = link && (await this.#leadOf(this.rootOf(link.email)))
    if (!link || !lead) return
    if (which % 4 === 1) return this.#merge(lead, link, links)
    const kind = which % 4 === 2 ? 'unlink' : 'release'
    const pairs = links
      .filter(({ visitorId, email }) => visitorId === link.visitorId && this.rootOf(email) === lead.email)
      .filter(({ visitorId, email }) => !this.isUndone(visitorId, email))
      .filter(({ visitorId, email, beyond }) => kind === 'unlink' || (beyond && !this.isReleased(visitorId, email)))
    const id = await this.#post(lead.lead_id, kind, { visitorId: link.visitorId })
    expect(id === undefined, `${kind} ${link.visitorId} ${lead.email}`).toBe(pairs.length === 0)
    if (id === undefined) return
    this.#acts.push({ id, kind, leadId: lead.lead_id, pairs: pairs.map((pair) => `${pair.visitorId} ${pair.email}`) })
    this.touched.add(lead.email)
    this.done[kind === 'unlink' ? 'unlinked' : 'released'] += 1
  }

  /** Within a life only: no two have an address in common. */
  async #merge(lead: Lead, link: Receipt, links: Receipt[]): Promise<void> {
    const life = /\d+/.exec(link.email)?.[0]
    const other = links.find(({ email }) => /\d+/.exec(email)?.[0] === life && this.rootOf(email) !== lead.email)
    const into = other && (await this.#leadOf(this.rootOf(other.email)))
    if (!into) return
    const id = await this.#post(into.lead_id, 'merge', { lead: lead.lead_id })
    expect(id, `merge ${lead.email} ${into.email}`).toBeDefined()
    this.#acts.push({ id: id as string, kind: 'merge', leadId: into.lead_id, pairs: [lead.email, into.email] })
    this.touched.add(into.email)
    this.done.merged += 1
  }

  async #undo(which: number): Promise<void> {
    const act = this.#acts[which % Math.max(1, this.#acts.length)]
    if (!act) return
    const { email } = await this.#db
      .selectFrom('lead')
      .select('email')
      .where('lead_id', '=', act.leadId)
      .executeTakeFirstOrThrow()
    const root = await this.#leadOf(this.rootOf(email as string))
    if (!root) return
    const response = await this.#ask(`${root.lead_id}/decisions/${act.id}`, { method: 'DELETE' })
    expect(response.status, `undo ${act.kind}`).toBe(200)
    this.#acts = this.#acts.filter((each) => each !== act)
    this.done.undone += 1
  }

  #isPair(kind: Act['kind'], pair: string): boolean {
    return this.#acts.some((act) => act.kind === kind && act.pairs.includes(pair))
  }

  async #links(): Promise<(Receipt & { beyond: string | null })[]> {
    return this.#db
      .selectFrom('link')
      .select(['visitor_id as visitorId', 'email', 'event_id as eventId', 'received_at as receivedAt', 'beyond'])
      .orderBy('email')
      .orderBy('visitor_id')
      .execute()
  }

  /** Only where it is worked out already: others have no page yet. */
  async #leadOf(email: string): Promise<Lead | undefined> {
    const lead = await this.#db
      .selectFrom('lead')
      .innerJoin('standing', 'standing.lead_id', 'lead.lead_id')
      .innerJoin('ruleset', (join) =>
        join.onRef('ruleset.version', '=', 'standing.version').on('ruleset.state', '=', 'live'),
      )
      .select(['lead.lead_id', 'lead.email'])
      .where('lead.email', '=', email)
      .executeTakeFirst()
    return lead as Lead | undefined
  }

  /** @returns the id of what was done; undefined where there was nothing to do it to */
  async #post(leadId: string, what: string, body: object): Promise<string | undefined> {
    const response = await this.#ask(`${leadId}/${what}`, { method: 'POST', body: JSON.stringify(body) })
    if (response.status === 404) return undefined
    expect(response.status).toBe(200)
    return ((await response.json()) as { mapEdits: { id: string }[] }).mapEdits[0]?.id
  }

  async #ask(path: string, init: RequestInit): Promise<Response> {
    const headers = { authorization: `Bearer ${API_TOKEN}`, 'content-type': 'application/json' }
    return this.#app.request(`/api/leads/${path}`, { ...init, headers })
  }
}

interface Lead {
  lead_id: string
  email: string
}
