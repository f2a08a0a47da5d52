const QUARTER_HOUR = 15 * 60 * 1000
const DAY = 24 * 60 * 60 * 1000

/** The calendar day of an instant in a time zone, counted in days since 1970-01-01. */
export function dayOf(at: number, timeZone: string): number {
  // Every zone's offset and every change of it is a whole number of quarters of an hour, and asking Intl costs microseconds.
  const quarter = Math.floor(at / QUARTER_HOUR)
  const zone = zoneOf(timeZone)
  let day = zone.days.get(quarter)
  if (day === undefined) {
    const [year, month, date] = zone.format
      .format(quarter * QUARTER_HOUR)
      .split('-')
      .map(Number)
    day = Date.UTC(year as number, (month as number) - 1, date as number) / DAY
    zone.days.set(quarter, day)
  }
  return day
}

/** The ISO week (Monday to Sunday) of an instant in a time zone, counted in weeks since the one of 1970-01-01, a Thursday. */
export function weekOf(at: number, timeZone: string): number {
  return Math.floor((dayOf(at, timeZone) + 3) / 7)
}

interface Zone {
  format: Intl.DateTimeFormat
  days: Map<number, number>
}

const zones = new Map<string, Zone>()

function zoneOf(timeZone: string): Zone {
  let zone = zones.get(timeZone)
  if (!zone) {
    // The Swedish form is ISO 8601: 2026-11-21.
    const format = new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
    zone = { format, days: new Map() }
    zones.set(timeZone, zone)
  }
  return zone
}
