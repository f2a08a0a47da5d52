/**
 * One submission may be reported more than once: by the tracker, which hears of it, and by the page, in its own handler or
 * once its server has answered. Every report is stored as it came; a history has the submission once.
 */
import type { HistoryEvent } from './history.ts'

/** Reports of one submission are less than this apart. */
export const ONE_SUBMISSION = 5000
/** What a form is called that has no name. */
export const UNNAMED = 'form'

type Report = HistoryEvent & { type: 'form' }

/**
 * A history in which further reports of a submission have gone into the first: what they add to its fields, and what they
 * call it. Where it was, and what was counted, the first one tells.
 */
export function joined<Event extends HistoryEvent>(history: Event[]): Event[] {
  if (!history.some(isFurther)) return history // Nearly always.
  const submissions = new Map<string, Report>()
  const joins = new Set<string>()
  // The ids tell in which order they were made, whichever came first.
  for (const report of history.filter(isReport).sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const first = submissions.get(report.after ?? '')
    if (first && isSame(first, report)) {
      add(first, report)
      submissions.set(report.id, first)
      joins.add(report.id)
    } else submissions.set(report.id, { ...report })
  }
  return history
    .filter(({ id }) => !joins.has(id))
    .map((event) => (isReport(event) ? (submissions.get(event.id) as typeof event) : event))
}

function isReport<Event extends HistoryEvent>(event: Event): event is Event & Report {
  return event.type === 'form'
}

function isFurther(event: HistoryEvent): boolean {
  return isReport(event) && event.after !== undefined
}

/** A form that says something else by now was sent again; what a page says by hand may be in other words. */
function isSame(first: Report, further: Report): boolean {
  const compared = first.own && further.own ? Object.keys(further.fields) : ['email']
  return agree(first.own, further.own) && compared.every((name) => agree(first.fields[name], further.fields[name]))
}

function agree(one: string | undefined, other: string | undefined): boolean {
  return one === undefined || other === undefined || one === other
}

function add(first: Report, { form, own, fields, trapped }: Report): void {
  if (form !== UNNAMED) first.form = form
  first.own ??= own
  first.trapped ||= trapped
  first.fields = { ...first.fields, ...fields }
}
