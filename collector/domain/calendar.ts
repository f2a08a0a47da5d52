const QUARTER_HOUR = 15 * 60 * 1000
const DAY = 24 * 60 * 60 * 1000

/** The calendar day of an instant in a time zone, counted in days since 1970-01-01. */
export function dayOf(at: number, timeZone: string): number {
  return Math.floor((at + offsetAt(at, zoneOf(timeZone))) / DAY)
}

/** The ISO week (Monday to Sunday) of an instant in a time zone, counted in weeks since the one of 1970-01-01, a Thursday. */
export function weekOf(at: number, timeZone: string): number {
  return Math.floor((dayOf(at, timeZone) + 3) / 7)
}

interface Zone {
  format: Intl.DateTimeFormat
  /** Milliseconds ahead of Greenwich, by the midnight (in Greenwich) that a day begins with; null where it changes in between. */
  days: Map<number, number | null>
  /** The same by the quarter of an hour, for days when it changes. */
  quarters: Map<number, number>
}

const zones = new Map<string, Zone>()

function zoneOf(timeZone: string): Zone {
  let zone = zones.get(timeZone)
  if (!zone) {
    // The Swedish form is ISO 8601: 2026-11-21 09:30:00.
    const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
    zone = { format, days: new Map(), quarters: new Map() }
    zones.set(timeZone, zone)
  }
  return zone
}

/** Clocks change at most once a day, by whole quarters of an hour and at one; asking Intl costs microseconds. */
function offsetAt(at: number, zone: Zone): number {
  const midnight = Math.floor(at / DAY) * DAY
  let offset = zone.days.get(midnight)
  if (offset === undefined) {
    const first = askedOffset(midnight, zone)
    offset = first === askedOffset(midnight + DAY, zone) ? first : null
    zone.days.set(midnight, offset)
  }
  if (offset !== null) return offset
  const quarter = Math.floor(at / QUARTER_HOUR) * QUARTER_HOUR
  const known = zone.quarters.get(quarter) ?? askedOffset(quarter, zone)
  zone.quarters.set(quarter, known)
  return known
}

function askedOffset(at: number, { format }: Zone): number {
  return Date.parse(`${format.format(at).replace(' ', 'T')}Z`) - at
}
