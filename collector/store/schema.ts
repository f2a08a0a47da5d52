import type { Role } from '../domain/access.ts'
import type { Stage } from '../domain/history.ts'
import type { MapEdit } from '../domain/identity.ts'
import type { Beyond } from '../domain/limits.ts'
import type { Kind } from '../domain/retention.ts'
import type { Shelf } from '../domain/shelf.ts'
import type { AuditAction } from './audit.ts'

/**
 * The tables as types. Columns mean the same on both engines: text, bigint, double precision. Times (`…_at`) are
 * milliseconds since 1970, truths are 0 or 1, JSON is text. `site_id`, the site's public key, leads every key.
 */
export interface Schema {
  site: SiteTable
  ruleset: RulesetTable
  visitor: VisitorTable
  event: EventTable
  claim: ClaimTable
  link: LinkTable
  signing_secret: SigningSecretTable
  map_edit: MapEditTable
  touch: TouchTable
  span: SpanTable
  lead: LeadTable
  standing: StandingTable
  lead_word: LeadWordTable
  stage_change: StageChangeTable
  edit: EditTable
  note: NoteTable
  objection: ObjectionTable
  recount: RecountTable
  opt_out: OptOutTable
  refusal: RefusalTable
  user: UserTable
  sign_in: SignInTable
  one_time_link: OneTimeLinkTable
  tracker_version: TrackerVersionTable
  api_token: ApiTokenTable
  audit: AuditTable
  erasure: ErasureTable
  retention: RetentionTable
  purge: PurgeTable
}

export interface SiteTable {
  site_id: string
  name: string
  /** JSON: origins that may post; none: any. */
  origins: string
  /** JSON: hosts whose pages are not counted. */
  excluded_hosts: string
  require_consent: number
  created_at: number
  first_event_at: number | null
  /** When somebody was last heard of, to the minute. */
  last_event_at: number | null
  /** The host that the first event came from. */
  first_host: string | null
}

/** Immutable, numbered documents. One of a site is live; at most one is on its way. */
export interface RulesetTable {
  site_id: string
  version: number
  /** JSON: Ruleset */
  document: string
  note: string
  author: string
  /** When it was asked for: from then on it counts, once it is live. */
  published_at: number
  state: 'publishing' | 'live' | 'past'
  /** When everybody's standing switched to it; 0 for the first one. */
  live_at: number | null
  /** How far its publishing has come: leads done, of how many (0: not known yet), and the id of the last one. */
  done: number
  total: number
  reached: string
  /** The collector that carries it on, and until when it is left alone with that. */
  worker: string | null
  worker_until: number
}

export interface VisitorTable {
  site_id: string
  visitor_id: string
  first_seen_at: number
  consent: 'granted' | 'denied' | null
  consent_at: number | null
}

export interface EventTable {
  site_id: string
  event_id: string
  visitor_id: string
  type: string
  at: number
  /** Of a page and its engaged time; apart from the body, so that equal pages have equal ones. */
  page_id: string | null
  /** JSON: the event as sent, but for what other columns hold. */
  body: string
  bot: number
}

/** A visitor gave an e-mail address. */
export interface ClaimTable {
  site_id: string
  visitor_id: string
  event_id: string
  email: string
  at: number
  form: string | null
  others: string | null
  received_at: number
  /** Did the site's own server sign it? */
  signed: number
  /** When somebody with this address was last erased; 0: never. */
  since_at: number
  /** Whether the visitor's turn to be stitched has come since. */
  settled: number
}

/** A visitor's first claim to an address: written once, but for what users make of it. */
export interface LinkTable {
  site_id: string
  visitor_id: string
  email: string
  event_id: string
  received_at: number
  /** The limit that it exceeds, if any: then it is quarantined. */
  beyond: Beyond | null
  /** When it was first received with a proof: from then on no limit is asked. */
  signed_at: number | null
  /** The edits that took the link back, and that let it out of quarantine, as long as they stand. */
  unlinked_by: string | null
  released_by: string | null
}

export interface SigningSecretTable {
  site_id: string
  secret_id: string
  secret: string
  created_at: number
  created_by: string
}

/** What users did to the map visitor → lead. */
export interface MapEditTable {
  site_id: string
  /** Of whose links it was, or into which another lead went. */
  lead_id: string
  edit_id: string
  kind: MapEdit['kind']
  /** How many links it concerns, and the visitor where it is one. */
  links: number
  visitor_id: string | null
  /** The lead that went into this one. */
  other_id: string | null
  at: number
  author: string
  undone_at: number | null
  undone_by: string | null
}

/** Visitors whose new events no lead counts yet: written with the events, taken away by whoever has seen to it. */
export interface TouchTable {
  site_id: string
  touch_id: string
  visitor_id: string
  /** Did an address come with it? */
  claimed: number
  /** When the earliest of its new events was; 0: everything may be new. */
  since_at: number
  /** Not to be seen to before; 0: at once. */
  due_at: number
}

/** From when until when a visitor's events belong to a lead. */
export interface SpanTable {
  site_id: string
  visitor_id: string
  from_at: number
  until_at: number
  lead_id: string
  /** Stored and shown, not scored. */
  quarantined: number
}

/** Who somebody is. The lead of an unknown visitor bears the visitor's id. */
export interface LeadTable {
  site_id: string
  lead_id: string
  email: string | null
  name: string | null
  company: string | null
  owner: string | null
  /** Is it not scored, because they objected to it? */
  objected: number
  /** Of the ruleset it was last worked out by; 0: never yet. */
  version: number
  first_seen_at: number
  last_seen_at: number
  /** When the standing must be worked out again: by time alone, or 0 because something happened. */
  next_change_at: number
}

/** What a lead is worth by one version of the rules: a cache of `scoreLead`. Two versions stand side by side while one is published. */
export interface StandingTable {
  site_id: string
  lead_id: string
  version: number
  /** Of the lead, and kept here too, so that an index holds each owner's list in order. */
  owner: string | null
  stage: Stage
  /** The list it stands in. */
  shelf: Shelf
  /** Is it worth ranking? Visitors, customers, lost and quarantined are not. */
  listed: number
  rank: number
  engagement: number
  fit: number
  spam: number
  /** JSON: the rules that count most; while it is quarantined, the signs of spam */
  why: string
  /** Of the lead, and kept here too: lists are ordered by it. */
  last_seen_at: number
  /** When rank or stage change by time alone. */
  next_change_at: number
  /** Where the fold over its history has come to; null where nothing can be counted on top of that. */
  bookmark: string | null
}

/** What a lead is found by: the words of its name, company, address and domain. */
export interface LeadWordTable {
  site_id: string
  word: string
  lead_id: string
}

/** The stage log: facts that are only ever added to. */
export interface StageChangeTable {
  site_id: string
  lead_id: string
  number: number
  at: number
  stage: Stage
  cause: string
  rule: string | null
  author: string | null
  note: string | null
  version: number
}

/** What users did to a lead; part of its history. */
export interface EditTable {
  site_id: string
  lead_id: string
  edit_id: string
  type: 'traits' | 'stage' | 'spam' | 'undo'
  at: number
  author: string
  /** JSON */
  body: string
}

export interface NoteTable {
  site_id: string
  lead_id: string
  note_id: string
  at: number
  author: string
  text: string
}

/** Somebody objected to being profiled. */
export interface ObjectionTable {
  site_id: string
  objection_id: string
  /** Of whom a user said it, as long as that lead is there; null: it came by the opt-out page. */
  lead_id: string | null
  /** An unknown visitor has none. */
  email: string | null
  note: string | null
  at: number
  author: string
  undone_at: number | null
  undone_by: string | null
}

/** Objections that were recorded or taken back, until those concerned are looked for once more. */
export interface RecountTable {
  site_id: string
  recount_id: string
  objection_id: string
}

/**
 * Somebody asked on the opt-out page not to be scored: anybody can type anybody's address, so a user answers. Or somebody
 * objected otherwise and is no lead any more: confirmed then.
 */
export interface OptOutTable {
  site_id: string
  opt_out_id: string
  email: string
  /** 1 once the address has been a lead's. */
  known: number
  /** How a user says that they objected; null: on the page. */
  note: string | null
  at: number
  /** Null: it waits. */
  answer: 'confirmed' | 'dismissed' | null
  answered_at: number | null
  answered_by: string | null
  /** What it has become, confirmed. */
  objection_id: string | null
}

/** What intake did not score, counted by day and reason. */
export interface RefusalTable {
  /** Empty where no known site was named. */
  site_id: string
  /** Days since 1970 */
  day: number
  reason: string
  count: number
  last_at: number
  sample: string | null
}

export interface UserTable {
  user_id: string
  email: string
  /** Empty until an invitation is taken up. */
  password_hash: string
  created_at: number
  role: Role
  /** JSON: "all", or the sites granted */
  sites: string
  /** Since when nobody can sign in as this user. */
  disabled_at: number | null
}

export interface SignInTable {
  token_hash: string
  user_id: string
  created_at: number
  used_at: number
}

export interface OneTimeLinkTable {
  token_hash: string
  kind: 'first' | 'reset' | 'invite'
  email: string | null
  expires_at: number
}

/** Trackers that this installation has served under names of their own: sites that pinned one keep getting it. */
export interface TrackerVersionTable {
  /** `braise-<beginning of its hash>.js` */
  name: string
  script: string
  first_served_at: number
}

/** What programs sign in by. */
export interface ApiTokenTable {
  token_id: string
  token_hash: string
  name: string
  scope: 'read' | 'write'
  /** JSON: "all", or the sites granted */
  sites: string
  created_at: number
  created_by: string
  used_at: number | null
  revoked_at: number | null
}

/** Who did what: only ever added to. */
export interface AuditTable {
  audit_id: string
  at: number
  actor: string
  action: AuditAction
  /** Empty where it is about none. */
  site_id: string
  subject: string | null
  detail: string | null
}

/** People who were erased, told by nothing but keyed hashes; the same is in the file of tombstones. */
export interface ErasureTable {
  site_id: string
  erasure_id: string
  at: number
  /** JSON: Tombstone */
  tombstone: string
  /** JSON: Person; for the moments until their rows have been looked for once more. */
  person: string | null
  /** When the file was written anew, so that no space that rows do not use keeps a copy. */
  cleared_at: number | null
}

/** How long a site keeps a kind of data, where it is not the default. */
export interface RetentionTable {
  site_id: string
  kind: Kind
  days: number
}

/** How the purge fares; one row. */
export interface PurgeTable {
  purge_id: string
  last_run_at: number | null
  /** Null while it runs. */
  finished_at: number | null
  /** Since when the clock is not believed. */
  refused_at: number | null
  /** JSON: rows by kind. */
  deleted: string
}
