import type { Language } from './words.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** "5 minutes ago", "yesterday", "3 months ago"; also "in 3 days". */
export function relativeTime(at: number, now: number, language: Language): string {
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  // In words these would be wrong: fifty days from November are no "next month".
  const counted = new Intl.RelativeTimeFormat(language)
  const passed = at - now
  const size = Math.abs(passed)
  if (size < MINUTE) return format.format(0, 'second')
  if (size < HOUR) return format.format(Math.trunc(passed / MINUTE), 'minute')
  if (size < DAY) return format.format(Math.trunc(passed / HOUR), 'hour')
  if (size < 30 * DAY) return format.format(Math.trunc(passed / DAY), 'day')
  if (size < 365 * DAY) return counted.format(Math.trunc(passed / (30 * DAY)), 'month')
  return counted.format(Math.trunc(passed / (365 * DAY)), 'year')
}

/** "21 Nov 2026, 14:05" */
export function dateTime(at: number, language: Language): string {
  return new Intl.DateTimeFormat(locale(language), { dateStyle: 'medium', timeStyle: 'short' }).format(at)
}

/** "Saturday 21 November 2026" */
export function day(at: number, language: Language): string {
  return new Intl.DateTimeFormat(locale(language), { dateStyle: 'full' }).format(at)
}

/** "21 Nov 2026" */
export function shortDay(at: number, language: Language): string {
  return new Intl.DateTimeFormat(locale(language), { dateStyle: 'medium' }).format(at)
}

/** "14:05" */
export function clock(at: number, language: Language): string {
  return new Intl.DateTimeFormat(locale(language), { timeStyle: 'short' }).format(at)
}

/** "45 s", "3 min 20 s", "1 h 5 min" */
export function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / SECOND)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return seconds % 60 ? `${minutes} min ${seconds % 60} s` : `${minutes} min`
  return minutes % 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${Math.floor(minutes / 60)} h`
}

/** Points with their sign and one decimal where there is a fraction: "+10", "+2.5", "−6". */
export function signedPoints(points: number, language: Language): string {
  return typeset(
    new Intl.NumberFormat(language, { signDisplay: 'exceptZero', maximumFractionDigits: 1 }).format(points),
  )
}

/** Points for a column: one decimal always, so that they stand under one another. */
export function alignedPoints(points: number, language: Language): string {
  const options = { signDisplay: 'exceptZero', minimumFractionDigits: 1, maximumFractionDigits: 1 } as const
  return typeset(new Intl.NumberFormat(language, options).format(points))
}

export function wholeNumber(value: number, language: Language): string {
  return new Intl.NumberFormat(language).format(value)
}

/** "2.6 days", "1 day"; French counts 1.5 as one. */
export function days(value: number, language: Language): string {
  const options = { style: 'unit', unit: 'day', unitDisplay: 'long', maximumFractionDigits: 1 } as const
  return new Intl.NumberFormat(language, options).format(value)
}

export function percent(hundredths: number, language: Language): string {
  return new Intl.NumberFormat(language, { style: 'percent' }).format(hundredths / 100)
}

/** "Belgium" of the code BE. */
export function countryName(code: string, language: Language): string {
  return new Intl.DisplayNames(language, { type: 'region' }).of(code) ?? code
}

/** "Dutch" of the code nl. */
export function languageName(code: string, language: Language): string {
  return new Intl.DisplayNames(language, { type: 'language' }).of(code) ?? code
}

/** British English: the day before the month and 24 hours, so that both languages read dates alike. */
function locale(language: Language): string {
  return language === 'en' ? 'en-GB' : 'fr-FR'
}

/** Intl writes a hyphen where print has a minus sign, which lines up with the plus. */
function typeset(amount: string): string {
  return amount.replace('-', '−')
}
