/** One submission that is reported more than once: by the tracker itself, and by the page. */
import { expect, test } from 'vitest'
import { newId } from '../../collector/store/id.ts'
import type { LeadDetail, LeadItem } from '../../dashboard/api.ts'
import { onEachEngine } from '../support/engines.ts'
import { visitOnce } from '../support/visiting.ts'
import { DAY, MINUTE, START } from '../support/wire.ts'

interface Report {
  id: string
  form?: string
  fields: Record<string, string>
  details: unknown[]
}
interface Told {
  type: string
  form: string
  url: string
  fields: Record<string, string>
}

let people = 0
/** Somebody new each time, a day after the last one. */
function ada() {
  people += 1
  return { at: START + people * DAY, email: `ada${people}@analytical.example`, visitorId: newId(START) }
}

function report(at: number, form: string | undefined, fields: Record<string, string>, after?: Report, called?: string) {
  const url = `https://acme.example/${form ?? 'thanks'}`
  const options = called === undefined ? undefined : { form: called }
  const details = [Object.keys(fields).length + 1, 1, at % MINUTE, after?.id, options]
  return { id: newId(at), type: 'form', url, form, fields, details }
}

/** As the tracker hears of it, as the page's handler reports it, and as the page does once its server has answered. */
function threeReports({ at, email }: ReturnType<typeof ada>) {
  const first = report(at, 'contact', { 'email|0|mail|': email, 'text|0|company|': 'Analytical' })
  const second = report(at + 20, 'contact', { '||mail|': email, '||title|': 'CTO' }, first, 'demo request')
  const third = report(at + 900, undefined, { '||mail|': email }, second)
  return { first, second, third }
}

onEachEngine((newDatabase) => {
  let now = START
  const visited = visitOnce(newDatabase, () => now)

  async function post(visitorId: string | undefined, reports: Report[]): Promise<void> {
    now = Math.max(now, ...reports.map(({ details }) => START + people * DAY + Number(details[2]))) + 1000
    const events = reports.map((each) => ({ ...each, visitorId }))
    const response = await visited.post([{ site: 'default', sentAt: now }, ...events])
    expect(await response.json()).toEqual({ accepted: reports.length, rejected: [] })
    await visited.counted()
  }

  async function leadOf(email: string): Promise<{ lead: LeadDetail; events: Told[] }> {
    const { items } = await visited.read<{ items: LeadItem[] }>('/leads?limit=100')
    const id = items.find((item) => item.email === email)?.id
    const lead = await visited.read<LeadDetail>(`/leads/${id}`)
    return { lead, events: (await visited.read<{ items: Told[] }>(`/leads/${id}/events`)).items }
  }

  test('it is one event, which has what all reports say, however they arrive', async () => {
    const plans: ('first' | 'second' | 'third')[][][] = [
      [['first', 'second', 'third']],
      [['first'], ['second'], ['third']],
      [['third'], ['second'], ['first']],
      [['second'], ['third', 'first'], ['second', 'first']],
      [['first', 'third'], ['second']],
    ]
    for (const plan of plans) {
      const person = ada()
      const reports = threeReports(person)
      for (const names of plan) {
        await post(
          person.visitorId,
          names.map((name) => reports[name]),
        )
      }
      const { lead, events } = await leadOf(person.email)
      expect(events, String(plan)).toMatchObject([
        {
          type: 'form',
          form: 'demo request',
          url: 'https://acme.example/contact',
          fields: { email: person.email, company: 'Analytical', title: 'CTO' },
        },
      ])
      // Not for "contact" as well.
      const earned = lead.reasons.filter(({ group, earned }) => group !== 'fit' && earned !== 0)
      expect(earned.map(({ rule, hits }) => [rule, hits])).toEqual([['demoRequest', 1]])
    }
  })

  test('what a report without an address adds to one that was counted is counted', async () => {
    const person = ada()
    const first = report(person.at, 'contact', { '||mail|': person.email })
    await post(person.visitorId, [first])
    await post(person.visitorId, [report(person.at + 60, undefined, { '||company|': 'Mill' }, first)])
    const { lead, events } = await leadOf(person.email)
    expect(lead.company).toBe('Mill')
    expect(events).toHaveLength(1)
  })

  test('two forms are two, and so are two addresses, another company, and what is more than five seconds apart', async () => {
    const person = ada()
    const fields = { '||mail|': person.email }
    const first = report(person.at, 'contact', fields)
    const other = report(person.at + 10, 'newsletter', fields, first)
    const later = report(person.at + 5010, 'newsletter', fields, other)
    const bob = report(person.at + 5020, 'newsletter', { '||mail|': `bob${people}@analytical.example` }, later)
    const mill = report(person.at + 5000, 'newsletter', { ...fields, company: 'Mill' })
    const engines = report(person.at + 5005, 'newsletter', { ...fields, company: 'Engines' }, mill)
    await post(person.visitorId, [first, other, mill, engines, later, bob])
    const { events } = await leadOf(person.email)
    expect(events.map(({ form }) => form)).toEqual([...Array(4).fill('newsletter'), 'contact'])
    expect((await leadOf(`bob${people}@analytical.example`)).events).toHaveLength(1)
  })

  test('without consent both reports are of one visitor, who is nobody else', async () => {
    const person = ada()
    const { first, second } = threeReports(person)
    await post(undefined, [second])
    await post(undefined, [first])
    const { lead, events } = await leadOf(person.email)
    expect(lead.visitors).toBe(1)
    expect(events).toHaveLength(1)
  })
})
