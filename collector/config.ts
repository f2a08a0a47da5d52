/** The environment, read once. */
import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import { normalizeEmail } from './domain/identity.ts'

export interface Config {
  port: number
  /** Undefined: every address of the machine, IPv6 too. */
  host: string | undefined
  databaseUrl: string
  /** Where the collector is reached from outside, without a trailing slash; null: as each request says. */
  publicUrl: string | null
  /** How many proxies in front of it are trusted to add to `X-Forwarded-For`. */
  trustProxy: number
  /** Requests a second per address on `/e`, bursts of ten times that; 0: none. */
  rateLimit: number
  /** The same for each site. */
  siteRateLimit: number
  /** A table of countries in the MaxMind format; null: the embedded one; `off`: none. */
  countryDatabase: string | null
  admin: { email: string; password: string } | null
  apiToken: string | null
  /** Opens `/metrics`; null: nobody can. */
  metricsToken: string | null
  /** Public key of the first site. */
  site: string
  /** The file of tombstones, and their key; null: one that is made beside the file. */
  erased: { path: string; key: string | null }
}

export const SHORTEST_PASSWORD = 10
/** A site's public key. */
export const SITE_KEY = /^[\w.-]{1,100}$/
const SHORTEST_TOKEN = 32

/** Every problem of the environment, each a line that says what to write instead. */
export class ConfigError extends Error {
  readonly problems: string[]

  constructor(problems: string[]) {
    super(problems.join('\n'))
    this.problems = problems
  }
}

/** @throws ConfigError that lists every problem */
export function readConfig(env: Record<string, string | undefined>): Config {
  const problems: string[] = []
  const text = (name: string, otherwise: string) => env[name]?.trim() || otherwise

  function wholeNumber(name: string, otherwise: number, most: number): number {
    const value = Number(text(name, String(otherwise)))
    if (Number.isInteger(value) && value >= 0 && value <= most) return value
    problems.push(`${name} must be a whole number from 0 to ${most}, not "${env[name]}"`)
    return otherwise
  }

  const databaseUrl = text('DATABASE_URL', './data/braise.db')
  const config: Config = {
    port: wholeNumber('PORT', 3000, 65535),
    host: text('HOST', '') || undefined,
    databaseUrl,
    publicUrl: text('PUBLIC_URL', '').replace(/\/+$/, '') || null,
    trustProxy: wholeNumber('TRUST_PROXY', 0, 10),
    rateLimit: wholeNumber('RATE_LIMIT', 100, 1_000_000),
    siteRateLimit: wholeNumber('SITE_RATE_LIMIT', 1000, 1_000_000),
    countryDatabase: text('COUNTRY_DATABASE', '') || null,
    admin: null,
    apiToken: text('BRAISE_API_TOKEN', '') || null,
    metricsToken: text('METRICS_TOKEN', '') || null,
    site: text('BRAISE_SITE', 'default'),
    erased: { path: text('ERASED_FILE', erasedBeside(databaseUrl)), key: text('ERASED_KEY', '') || null },
  }

  // `file:./braise.db` and `sqlite:…`, as others write it, would make a folder of that name. One letter is a drive of Windows.
  if (/^[a-z]\w+:/i.test(config.databaseUrl) && !/^postgres(ql)?:\/\//.test(config.databaseUrl)) {
    problems.push('DATABASE_URL must be a file path, such as ./data/braise.db, or postgres://…')
  }
  if (config.publicUrl !== null && !/^https?:\/\/[^/?#]+$/.test(config.publicUrl)) {
    problems.push(`PUBLIC_URL must be an origin such as https://stats.example.com, not "${env.PUBLIC_URL}"`)
  }
  for (const [name, secret] of [
    ['BRAISE_API_TOKEN', config.apiToken],
    ['METRICS_TOKEN', config.metricsToken],
    ['ERASED_KEY', config.erased.key],
  ] as const) {
    if (secret !== null && secret.length < SHORTEST_TOKEN)
      problems.push(`${name} must have at least ${SHORTEST_TOKEN} characters`)
  }
  if (!SITE_KEY.test(config.site)) {
    problems.push('BRAISE_SITE must be 1 to 100 letters, digits, dots, dashes or underscores')
  }
  if (config.countryDatabase && config.countryDatabase !== 'off' && !existsSync(config.countryDatabase)) {
    problems.push(`COUNTRY_DATABASE must be an .mmdb file or "off"; there is no ${config.countryDatabase}`)
  }
  const adminEmail = text('BRAISE_ADMIN_EMAIL', '')
  const password = env.BRAISE_ADMIN_PASSWORD ?? ''
  if (adminEmail !== '' || password !== '') {
    // As it is compared at the sign-in.
    const email = normalizeEmail(adminEmail) ?? ''
    if (email === '') problems.push('BRAISE_ADMIN_EMAIL must be an e-mail address, with a domain such as example.com')
    if (password.length < SHORTEST_PASSWORD) {
      problems.push(`BRAISE_ADMIN_PASSWORD must have at least ${SHORTEST_PASSWORD} characters`)
    }
    config.admin = { email, password }
  }

  if (problems.length > 0) throw new ConfigError(problems)
  return config
}

/** Beside the file of the database; of another one, under its name in the folder where the file would be. */
function erasedBeside(databaseUrl: string): string {
  const name = /^\w+:\/\//.test(databaseUrl) ? `./data/${basename(databaseUrl.replace(/\?.*/, ''))}` : databaseUrl
  return `${name.replace(/\.db$/, '')}.erased`
}
