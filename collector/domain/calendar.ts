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
  /** Milliseconds ahead of Greenwich, by the instant that was asked for. */
  offsets: Map<number, number>
}

const zones = new Map<string, Zone>()

function zoneOf(timeZone: string): Zone {
  let zone = zones.get(timeZone)
  if (!zone) {
    // The Swedish form is ISO 8601: 2026-11-21 09:30:00.
    const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
    zone = { format, offsets: new Map() }
    zones.set(timeZone, zone)
  }
  return zone
}

/** Clocks change at most once a day, by whole quarters of an hour and at one; asking Intl costs microseconds. */
function offsetAt(at: number, zone: Zone): number {
  const midnight = Math.floor(at / DAY) * DAY
  const offset = askedOffset(midnight, zone)
  if (offset === askedOffset(midnight + DAY, zone)) return offset
  return askedOffset(Math.floor(at / QUARTER_HOUR) * QUARTER_HOUR, zone)
}

function askedOffset(at: number, { format, offsets }: Zone): number {
  let offset = offsets.get(at)
  if (offset === undefined) {
    offset = Date.parse(`${format.format(at).replace(' ', 'T')}Z`) - at
    offsets.set(at, offset)
  }
  return offset
}
