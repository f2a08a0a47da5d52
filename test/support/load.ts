/** Visitors that post from several sides at once, and what of it they were told is safe. */
import { setTimeout as pause } from 'node:timers/promises'
import { expect, vi } from 'vitest'
import type { Batch } from '../../tracker/protocol.ts'
import { findLead, findLeads, post, sumOf, visitOf } from './client.ts'
import { PATIENCE } from './patience.ts'

const POSTERS = 6
/** Longer than a commit takes, so that the end comes at any moment of one. */
const A_COMMIT = 20
const AGAIN_AFTER = 20

export class Load {
  /** By address: each visit makes a lead of its own. */
  readonly acknowledged = new Map<string, Batch>()
  readonly #unanswered = new Map<string, Batch>()
  #visits = 0

  /**
   * Posts until `strike`, which is called at random after so many more acknowledgements, has done what it does to the
   * server. From then on a post may fail, and is sent again as a tracker does.
   */
  async runUntil<T>(url: string, acknowledgements: number, strike: () => Promise<T>): Promise<T> {
    const enough = this.acknowledged.size + acknowledgements
    let isOver = false
    let striking: Promise<T> | undefined
    const poster = async () => {
      while (!isOver) {
        const { email, ...batch } = this.#nextVisit()
        for (let isTaken = false; !isTaken && !isOver; ) {
          isTaken = await this.#send(url, email, batch).then(
            () => true,
            (error) => {
              if (!striking) throw error
              return pause(AGAIN_AFTER, false)
            },
          )
          if (this.acknowledged.size < enough) continue
          striking ??= pause(Math.random() * A_COMMIT)
            .then(strike)
            .finally(() => {
              isOver = true
            })
        }
      }
    }
    await Promise.all(Array.from({ length: POSTERS }, poster))
    return striking as Promise<T>
  }

  /** Once more what got no answer. Some of it is there already. */
  async resend(url: string): Promise<void> {
    for (const [email, batch] of [...this.#unanswered]) await this.#send(url, email, batch)
  }

  missingFrom(eventIds: ReadonlySet<string>): string[] {
    const ids = [...this.acknowledged.values()].flatMap(({ events }) => events.map(({ id }) => id))
    return ids.filter((id) => !eventIds.has(id))
  }

  /** Every acknowledged visit becomes a lead that is ranked by what it did: once, and all of it. */
  async expectCounted(url: string): Promise<void> {
    await vi.waitFor(async () => {
      const leads = new Map((await findLeads(url)).map((lead) => [lead.email ?? '', lead]))
      expect([...this.acknowledged.keys()].filter((email) => !leads.has(email))).toEqual([])
      for (const email of this.acknowledged.keys()) {
        const lead = leads.get(email)
        const explained = await findLead(url, lead?.id ?? '')
        expect(lead?.rank).toBe(Math.round(sumOf(explained)))
        const hits = explained.reasons.filter(({ kind }) => kind === 'rule').map(({ rule, hits }) => [rule, hits])
        expect(Object.fromEntries(hits)).toEqual({ pricing: 1, blog: 1, session: 1, demoRequest: 1 })
      }
    }, PATIENCE)
  }

  async #send(url: string, email: string, batch: Batch): Promise<void> {
    this.#unanswered.set(email, batch)
    await post(url, batch)
    this.#unanswered.delete(email)
    this.acknowledged.set(email, batch)
  }

  #nextVisit(): Batch & { email: string } {
    const person = ['Ada', 'Bob', 'Eve'][this.#visits % 3] as string
    this.#visits += 1
    return visitOf(`${person}${this.#visits}`, 'demo request', ['/pricing', '/blog/embers'], Date.now())
  }
}
