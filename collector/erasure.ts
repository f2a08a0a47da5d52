/**
 * A person is erased: tombstone → rows → rows again → disk. The tombstone goes first, so that a crash after it is made
 * good at the next start, like a restored backup. The rows are looked for once more when every collector is sure to know:
 * until then another one may still have taken something in. Then the file is written anew, at night if it is large.
 */
import { type AuditAction, recordAudit, renameSubject } from './store/audit.ts'
import type { Database } from './store/database.ts'
import {
  closeErasure,
  countUncleared,
  cutClaims,
  findAddressed,
  findAskers,
  findClaimants,
  findErasureIds,
  findOpenErasures,
  findTombstone,
  findVisitors,
  forgetAddress,
  recordCleared,
  recordErasure,
} from './store/erasures.ts'
import { eraseHeld } from './store/held.ts'
import { newId } from './store/id.ts'
import { findMerged } from './store/merges.ts'
import { findObjector, findPerson, type Person, personOf } from './store/person.ts'
import { touch } from './store/spans.ts'
import type { Tombstones } from './tombstones.ts'

/** By then every collector has learned of an erasure, a slow one too. */
export const LOOK_AGAIN_AFTER = 20 * 1000
/** Rows looked through at a time. */
const SCANNED_AT_ONCE = 1000
/** A file up to this is written anew at once: it takes a few seconds, in which nothing can be taken in. */
const LARGEST_AT_ONCE = 512 * 1024 * 1024
/** A larger one in these hours of the machine's clock. */
const NIGHT = { from: 2, until: 5 }

/** Whom to erase: a lead, or who objected and is none. */
export type Whom = { siteId: string; actor: string } & ({ leadId: string } | { optOutId: string; email: string })

export async function erase(database: Database, tombstones: Tombstones, whom: Whom, now: number): Promise<void> {
  if ('leadId' in whom) return eraseLead(database, tombstones, whom, now)
  const person = await findObjector(database.db, whom.siteId, whom.optOutId, whom.email)
  await erasePerson(database, tombstones, person, { actor: whom.actor, action: 'objection erased' }, now)
}

async function eraseLead(
  database: Database,
  tombstones: Tombstones,
  { siteId, leadId, actor }: { siteId: string; leadId: string; actor: string },
  now: number,
): Promise<void> {
  const person = await findPerson(database.db, siteId, leadId)
  if (!person) return
  // Who was merged into somebody is the same person.
  for (const otherId of (await findMerged(database.db, siteId, [leadId])).keys()) {
    await eraseLead(database, tombstones, { siteId, leadId: otherId, actor }, now)
  }
  await erasePerson(database, tombstones, person, { actor, action: 'lead erased' }, now)
}

async function erasePerson(
  database: Database,
  tombstones: Tombstones,
  person: Person,
  deed: { actor: string; action: AuditAction },
  now: number,
): Promise<void> {
  const { siteId, leadId } = person
  const id = newId(now)
  const tombstone = tombstones.add(id, person, now)
  await database.transact(async (tx) => {
    await recordErasure(tx, { siteId, id, at: now, tombstone, person })
    await eraseHeld(tx, person, now)
    await renameSubject(tx, person, id)
    await recordAudit(tx, { ...deed, siteId, subject: id }, now)
  })
  await database.tell({ siteId, leadIds: [leadId] })
}

/**
 * Makes file and database agree: learns whom other collectors erased, and erases again whom a restored database holds.
 * @param before tombstones from then on are left alone: their erasing is under way
 */
export async function reconcile(
  database: Database,
  tombstones: Tombstones,
  before: number,
  now: number,
): Promise<void> {
  const known = new Set(await findErasureIds(database.db))
  for (const id of known) {
    if (!tombstones.has(id)) tombstones.keep((await findTombstone(database.db, id)) as string)
  }
  const missing = tombstones.all().filter(({ id, at }) => !known.has(id) && at < before)
  for (const siteId of new Set(missing.map((tombstone) => tombstone.siteId))) {
    for await (const { id, person } of peopleErased(database, tombstones, siteId)) {
      await database.transact(async (tx) => {
        await eraseHeld(tx, { ...person, email: null }, now)
        await renameSubject(tx, person, id)
      })
      await database.tell({ siteId, leadIds: [person.leadId] })
    }
    for await (const { email, at } of askersErased(database, tombstones, siteId)) {
      await database.transact((tx) => forgetAddress(tx, siteId, email, at))
    }
  }
  for (const tombstone of missing) {
    const { id, siteId, at } = tombstone
    await recordErasure(database.db, { siteId, id, at, tombstone: JSON.stringify(tombstone), person: null })
  }
}

/** Looks once more for the rows of people erased a while ago. */
export async function lookAgain(database: Database, now: number): Promise<void> {
  for (const { id, at, person } of await findOpenErasures(database.db, now - LOOK_AGAIN_AFTER)) {
    const { siteId, email } = person
    await database.transact(async (tx) => {
      // Whoever asked or objected since then did it as somebody new.
      await eraseHeld(tx, { ...person, email: null }, now)
      if (email !== null) {
        await forgetAddress(tx, siteId, email, at)
        await touch(tx, siteId, await cutClaims(tx, siteId, email, at), now)
      }
      await renameSubject(tx, person, id)
      await closeErasure(tx, id)
    })
  }
}

/** Both beside everything else. */
export interface Disk {
  /** Writes the file anew. */
  vacuum(): Promise<void>
  /** @returns false where somebody still reads what was before: it is to be tried again */
  emptyLog(): Promise<boolean>
}

/**
 * Takes what was deleted off the disk, once for all who were erased.
 * @param emptied for how many of them the log is empty already, while the file waits for the night
 * @returns the same, as it is then
 */
export async function clear({ db, engine }: Database, disk: Disk, emptied: number, now: number): Promise<number> {
  const uncleared = await countUncleared(db)
  if (uncleared === 0) return 0
  const hour = new Date(now).getHours()
  const isNight = hour >= NIGHT.from && hour < NIGHT.until
  const size = engine.sizeToVacuum()
  if (size > LARGEST_AT_ONCE && !isNight) {
    return uncleared === emptied || (await disk.emptyLog()) ? uncleared : emptied
  }
  if (size > 0) await disk.vacuum()
  // What is looked for once more is not among them: of those that are, all were deleted long ago.
  if (await disk.emptyLog()) await recordCleared(db, now - LOOK_AGAIN_AFTER, now)
  return 0
}

/** Everybody in the database who bears a tombstone, as far as they were known when it was set. */
async function* peopleErased(
  { db }: Database,
  tombstones: Tombstones,
  siteId: string,
): AsyncGenerator<{ id: string; person: Person }> {
  for (let after = ''; ; ) {
    const leads = await findAddressed(db, siteId, after, SCANNED_AT_ONCE)
    for (const { leadId, email } of leads) {
      const tombstone = tombstones.ofEmail(siteId, email)
      if (!tombstone) continue
      const claimants = await findClaimants(db, siteId, email)
      const known = claimants
        .filter(({ visitorId, at }) => at < tombstone.at || tombstones.ofVisitor(siteId, visitorId))
        .map(({ visitorId }) => visitorId)
      // Somebody who came back afterwards is somebody new.
      if (known.length === 0) continue
      yield { id: tombstone.id, person: await personOf(db, siteId, leadId, email, known.sort()) }
    }
    const last = leads.at(-1)
    if (!last) break
    after = last.leadId
  }
  for (let after = ''; ; ) {
    const visitorIds = await findVisitors(db, siteId, after, SCANNED_AT_ONCE)
    for (const id of visitorIds) {
      const tombstone = tombstones.ofVisitor(siteId, id)
      if (tombstone) yield { id: tombstone.id, person: await personOf(db, siteId, id, null, [id]) }
    }
    const last = visitorIds.at(-1)
    if (!last) break
    after = last
  }
}

/** Addresses that bear a tombstone and asked not to be scored, or objected, and when it was set. */
async function* askersErased(
  { db }: Database,
  tombstones: Tombstones,
  siteId: string,
): AsyncGenerator<{ email: string; at: number }> {
  for (let after: string | undefined = ''; after !== undefined; ) {
    const emails: string[] = await findAskers(db, siteId, after, SCANNED_AT_ONCE)
    for (const email of emails) {
      const tombstone = tombstones.ofEmail(siteId, email)
      if (tombstone) yield { email, at: tombstone.at }
    }
    after = emails.at(-1)
  }
}
