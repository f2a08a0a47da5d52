/** The wire type, checked at run time: unknown input becomes a typed batch once, here. By hand, because a schema library costs a quarter of the throughput. */
import type { Batch, VisitorEvent } from '../../tracker/protocol.ts'
import { cleanUrl, withoutEmail } from '../domain/address.ts'
import { namedFields, trapsIn } from '../domain/fields.ts'
import { SERVER_EVENTS } from '../domain/history.ts'
import { normalizeEmail } from '../domain/identity.ts'
import { nameOfLink } from '../domain/links.ts'
import { fullId } from '../domain/shortid.ts'
import { ONE_SUBMISSION, UNNAMED } from '../domain/submission.ts'
import {
  amountOf,
  LONGEST,
  Malformed,
  optionalAmount,
  optionalText,
  propertiesOf,
  recordOf,
  referrerOf,
  textOf,
  textsOf,
  timeIn,
  timeOf,
  titleOf,
  type Unknown,
  urlOf,
  uuidOf,
} from './checks.ts'
import { withDetails } from './details.ts'

/** As many as a tracker may have waiting. */
const MOST_EVENTS = 100
const TOO_MANY = `more than ${MOST_EVENTS} events in a batch`
const MOST_PARAMETERS = 20
/** Of a cookie; empty for the host itself. */
const DOMAIN = /^[a-z\d.-]{0,253}$/i
const DAY = 24 * 60 * 60 * 1000

export interface CheckedBatch extends Pick<Batch, 'site' | 'sentAt' | 'cookie'> {
  /** The events of each visitor, mostly of one; of nobody where consent is wanting. */
  visits: Visit[]
  rejected: Rejected[]
}

export interface Visit {
  visitorId: string | undefined
  events: VisitorEvent[]
}

export interface Rejected {
  id: string | null
  /** In plain words; one of a finite number, so that it can be counted. */
  reason: string
  /** What it looked like, without what a visitor typed. */
  sample: string
}

/**
 * JSON, or lines of it, which make a list: no text in JSON has a line break, so that a first line that is whole tells them
 * from JSON that is laid out. What else is no JSON is undefined, and refused alone: a page may write anything where a
 * tracker keeps its events.
 * @throws SyntaxError where it is neither
 * @throws Malformed where there are more lines than events in a batch
 */
export function parseBody(body: string): unknown {
  const [first = '', ...lines] = body.trimEnd().split('\n')
  const common = lines.length > 0 ? parsed(first) : undefined
  if (common === undefined) return JSON.parse(body)
  if (lines.length > MOST_EVENTS) throw new Malformed(TOO_MANY)
  return [common, ...lines.map(parsed)]
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/** @throws Malformed if nothing of it can be taken; a bad event among good ones is rejected alone */
export function checkBatch(input: unknown): CheckedBatch {
  const batch = batchOf(input)
  const site = textOf(batch.site, LONGEST.name, 'site is not a text')
  const visitorId = batch.visitorId === undefined ? undefined : uuidOf(batch.visitorId, 'visitorId is not a UUID')
  const sentAt = timeOf(batch.sentAt, 'sentAt is not a time')
  const query = optionalText(batch.query, LONGEST.text, 'query is not a text') ?? ''
  const parameters = query.split(/[\s,]+/, MOST_PARAMETERS).filter(Boolean)
  if (!Array.isArray(batch.events)) throw new Malformed('events is not a list')
  if (batch.events.length > MOST_EVENTS) throw new Malformed(TOO_MANY)
  const visits: Visit[] = []
  const rejected: Rejected[] = []
  for (const event of batch.events) {
    try {
      const checked = eventOf(event, visitorId, parameters)
      if (checked.event === undefined) continue
      const visit = visits.find((each) => each.visitorId === checked.visitorId)
      if (visit) visit.events.push(checked.event)
      else visits.push({ visitorId: checked.visitorId, events: [checked.event] })
    } catch (error) {
      if (!(error instanceof Malformed)) throw error
      rejected.push({ id: idOf(event), reason: error.message, sample: sampleOf(event) })
    }
  }
  const cookie = typeof batch.cookie === 'string' && DOMAIN.test(batch.cookie) ? batch.cookie.toLowerCase() : undefined
  return { site, sentAt, cookie, visits, rejected }
}

/** The tracker posts lines, the first of which is common to the events after it. */
function batchOf(input: unknown): Unknown {
  if (!Array.isArray(input)) return recordOf(input, 'the batch is not an object')
  const [first, ...events] = input
  const common = recordOf(first, 'the batch is not an object')
  if (common.events !== undefined) throw new Malformed('the first line has events of its own')
  return { ...common, events }
}

function eventOf(input: unknown, batchVisitorId: string | undefined, parameters: string[]) {
  const event = withDetails(recordOf(input, 'the event is not an object'))
  const id = uuidOf(event.id, 'id is not a UUID')
  const at = event.at === undefined ? timeIn(id) : timeOf(event.at, 'at is not a time')
  const visitorId = event.visitorId === undefined ? batchVisitorId : uuidOf(event.visitorId, 'visitorId is not a UUID')
  return { visitorId, event: kindOf(event, id, at, visitorId, parameters) }
}

function kindOf(
  event: Unknown,
  id: string,
  at: number,
  visitorId: string | undefined,
  parameters: string[],
): VisitorEvent | undefined {
  if (visitorId === undefined && event.type !== 'form' && event.type !== 'identify') {
    throw new Malformed('no visitorId: without consent only forms are taken')
  }
  switch (event.type) {
    case 'page':
      return {
        id,
        type: 'page',
        at,
        pageId: event.pageId === undefined ? id : uuidOf(event.pageId, 'pageId is not a UUID'),
        url: urlOf(event.url, parameters),
        title: titleOf(event.title),
        referrer: referrerOf(event.referrer, parameters),
      }
    case 'engage':
      return {
        id,
        type: 'engage',
        at,
        pageId: uuidOf(event.pageId, 'pageId is not a UUID'),
        visibleMs: amountOf(event.visibleMs, DAY, 'visibleMs is not a duration'),
        scrollDepth: amountOf(event.scrollDepth, 100, 'scrollDepth is not a number'),
      }
    case 'form': {
      const fields = textsOf(event.fields, 'fields is not an object of texts')
      const traps = trapsIn(fields)
      for (const trap of traps) delete fields[trap]
      const offered = optionalAmount(event.offered, 1000, 'offered is not a number')
      const filled = optionalAmount(event.filled, 1000, 'filled is not a number')
      const own = optionalText(event.form, LONGEST.name, 'form is not a text')
      const called = optionalText(event.called, LONGEST.name, 'form is not a text')
      return {
        id,
        type: 'form',
        at,
        url: urlOf(event.url, parameters),
        form: called ?? own ?? UNNAMED,
        fields: namedFields(fields),
        offered: offered && Math.max(0, offered - traps.length),
        filled: filled && Math.max(0, filled - traps.length),
        filledMs: optionalAmount(event.filledMs, DAY, 'filledMs is not a duration'),
        trapped: event.trapped || traps.length > 0 ? true : undefined,
        own,
        after: reportBefore(id, event.after),
      }
    }
    case 'identify': {
      const email = textOf(event.email, LONGEST.value, 'email is not a text')
      if (normalizeEmail(email) === null) throw new Malformed('email is not an e-mail address')
      const given = propertiesOf(event.traits, 'traits is not an object') ?? {}
      const traits = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]))
      const proof = optionalText(event.proof, LONGEST.value, 'proof is not a text')
      return { id, type: 'identify', at, email: email.trim(), traits, proof }
    }
    case 'track': {
      const name = textOf(event.name, LONGEST.name, 'name is not a text')
      if (SERVER_EVENTS.includes(name)) throw new Malformed('only a server may send an event of this name')
      const url = urlOf(event.url, parameters)
      return {
        id,
        type: 'track',
        at,
        url,
        name,
        properties: propertiesOf(event.properties, 'properties is not an object'),
      }
    }
    case 'link': {
      const url = urlOf(event.url, parameters)
      // Of a query of which nothing may be told the tracker leaves the mark.
      const href = textOf(event.href, LONGEST.url, 'href is not a text').replace(/\?(?=#|$)/, '')
      const name = nameOfLink(href, url, event.isDownload === undefined ? undefined : Boolean(event.isDownload))
      return name && { id, type: 'track', at, url, name, properties: { href } }
    }
    case 'consent': {
      const { choice } = event
      if (choice !== 'granted' && choice !== 'denied') throw new Malformed('choice is neither granted nor denied')
      const proof = optionalText(event.proof, LONGEST.value, 'proof is not a text')
      const text = optionalText(event.text, LONGEST.name, 'text is not a text')
      const tool = optionalText(event.tool, LONGEST.name, 'tool is not a text')
      return { id, type: 'consent', at, choice, proof, text, tool }
    }
    default:
      throw new Malformed('unknown type of event')
  }
}

/** The report that a form's says came before it, if it did so a moment before; by the ids, as posts may take their time. */
function reportBefore(id: string, input: unknown): string | undefined {
  const before = typeof input === 'string' ? fullId(input) : undefined
  if (before?.[14] !== '7' || id[14] !== '7') return undefined
  return Math.abs(timeIn(id) - timeIn(before)) < ONE_SUBMISSION ? before : undefined
}

function idOf(input: unknown): string | null {
  const id = (input as Unknown | null)?.id
  return typeof id === 'string' ? id.slice(0, LONGEST.name).toWellFormed() : null
}

/** A form may have put anything into the query of an address, or of its fragment, also of one that is half an address. */
function withoutPersons(text: string): string {
  return URL.canParse(text) ? cleanUrl(text, []) : withoutEmail(text.replace(/\?.*|(#[^?&=]*)[?&=].*/s, '$1'))
}

const LONGEST_SAMPLE = 300

function sampleOf(input: unknown): string {
  const { type, at, url, name, form } = withDetails(Object(input))
  // Texts and numbers only: what is nested tens of thousands deep can be parsed, but not written again.
  const shown = Object.entries({ type, at, url, name, form })
    .filter(([, value]) => typeof value !== 'object')
    .map(([key, value]) => [key, typeof value === 'string' ? withoutPersons(value) : value])
  const text = JSON.stringify(Object.fromEntries(shown))
  return text.replaceAll('\\u0000', '').slice(0, LONGEST_SAMPLE).toWellFormed()
}
