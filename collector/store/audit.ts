/** Who did what, when: only ever added to. What is past its time goes by the retention job alone. */
import type { Granted } from '../domain/access.ts'
import type { Db } from './database.ts'
import { newId } from './id.ts'
import { filledUp, inParts } from './parts.ts'
import type { Person } from './person.ts'

export const AUDIT_ACTIONS = [
  'signed in',
  'sign-in refused',
  'signed out',
  'joined',
  'password changed',
  'lead viewed',
  'lead exported',
  'lead erased',
  'leads exported',
  'leads merged',
  'merge undone',
  'objection recorded',
  'objection dismissed',
  'objection undone',
  'objection exported',
  'objection erased',
  'rules published',
  'user invited',
  'user changed',
  'link made',
  'site made',
  'site changed',
  'token made',
  'token revoked',
  'secret made',
  'secret revoked',
] as const

export type AuditAction = (typeof AUDIT_ACTIONS)[number]

export interface Deed {
  /** Who did it: a user's address, `token NAME`, `api` or `operator`. */
  actor: string
  action: AuditAction
  /** Absent where it is about none in particular, such as a sign-in. */
  siteId?: string
  /** Whom or what it was done to: the id of a lead, a user's address, a token's name. Never a lead's name or address. */
  subject?: string
  /** What an auditor wants to know besides, in few words: `version 3`, `viewer → admin`. */
  detail?: string
}

export interface AuditEntry {
  id: string
  at: number
  actor: string
  action: AuditAction
  site: string | null
  subject: string | null
  /** Is the subject somebody who was erased since? Then it is the id of the erasure. */
  erased: boolean
  detail: string | null
}

/** Call it in the transaction of the deed itself, so that there is never one without the other. */
export async function recordAudit(
  tx: Db,
  { actor, action, siteId, subject, detail }: Deed,
  now: number,
): Promise<void> {
  const about = { site_id: siteId ?? '', subject: subject ?? null, detail: detail ?? null }
  await tx
    .insertInto('audit')
    .values({ audit_id: newId(now), at: now, actor, action, ...about })
    .execute()
}

/**
 * Entries about somebody who is erased stay, because who did what, and when, is not theirs alone; they name the erasure
 * instead. Before anybody knew who it was, they were about a visitor: such a lead bears the visitor's id.
 */
export async function renameSubject(tx: Db, { siteId, leadId, visitorIds }: Person, erasureId: string): Promise<void> {
  for (const column of ['subject', 'detail'] as const) {
    for (const part of inParts([leadId, ...visitorIds])) {
      await tx
        .updateTable('audit')
        .set({ [column]: erasureId })
        .where('site_id', '=', siteId)
        .where(column, 'in', part)
        .execute()
    }
  }
}

/** A page that is open asks again at each event: looking at one lead for an hour is one view. */
const ONE_VIEW = 60 * 60 * 1000

export async function recordView(db: Db, actor: string, siteId: string, leadId: string, now: number): Promise<void> {
  const action = 'lead viewed'
  const known = await db
    .selectFrom('audit')
    .select('audit_id')
    .where('site_id', '=', siteId)
    .where('subject', '=', leadId)
    .where('at', '>', now - ONE_VIEW)
    .where('action', '=', action)
    .where('actor', '=', actor)
    .limit(1)
    .executeTakeFirst()
  if (!known) await recordAudit(db, { actor, action, siteId, subject: leadId }, now)
}

export interface AuditFilter {
  /** What is about no site is for those who see all. */
  sites: Granted
  action?: AuditAction
  actor?: string
  site?: string
}

/** Newest first, after the entry of this id. */
export async function findAudit(
  db: Db,
  { sites, action, actor, site }: AuditFilter,
  after: string | undefined,
  limit: number,
): Promise<AuditEntry[]> {
  if (sites.length === 0) return []
  let query = db
    .selectFrom('audit')
    .leftJoin('erasure', (join) =>
      join.onRef('erasure.site_id', '=', 'audit.site_id').onRef('erasure.erasure_id', '=', 'audit.subject'),
    )
    .select(['audit_id as id', 'audit.at', 'actor', 'action', 'audit.site_id as site', 'subject', 'detail'])
    .select('erasure_id')
  if (sites !== 'all') query = query.where('audit.site_id', 'in', filledUp(sites))
  if (site) query = query.where('audit.site_id', '=', site)
  if (action) query = query.where('action', '=', action)
  if (actor) query = query.where('actor', '=', actor)
  if (after) query = query.where('audit_id', '<', after)
  const rows = await query.orderBy('audit_id', 'desc').limit(limit).execute()
  return rows.map(({ erasure_id, ...row }) => ({ ...row, site: row.site || null, erased: erasure_id !== null }))
}
