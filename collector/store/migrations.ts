import { type Kysely, type Migration, sql } from 'kysely'
import type { Engine } from './database.ts'

type Column = 'text' | 'text?' | 'bigint' | 'bigint?' | 'double precision'

/** The tables as history: forward only. */
export function migrationsFor(engine: Engine): Record<string, Migration> {
  return {
    '0001 the main job': {
      async up(db: Kysely<unknown>) {
        await table(db, 'site', ['site_id'], {
          site_id: 'text',
          name: 'text',
          origins: 'text',
          excluded_hosts: 'text',
          require_consent: 'bigint',
          created_at: 'bigint',
          first_event_at: 'bigint?',
          first_host: 'text?',
        })
        await table(db, 'ruleset', ['site_id', 'version'], {
          site_id: 'text',
          version: 'bigint',
          document: 'text',
          note: 'text',
          author: 'text',
          published_at: 'bigint',
        })
        await table(db, 'visitor', ['site_id', 'visitor_id'], {
          site_id: 'text',
          visitor_id: 'text',
          first_seen_at: 'bigint',
          holds: 'bigint',
          consent: 'text?',
          consent_at: 'bigint?',
        })
        await table(db, 'event', ['site_id', 'event_id'], {
          site_id: 'text',
          event_id: 'text',
          visitor_id: 'text',
          type: 'text',
          at: 'bigint',
          body: 'text',
          bot: 'bigint',
        })
        await index(db, 'event_by_visitor', 'event', ['site_id', 'visitor_id', 'at'])
        await table(db, 'claim', ['site_id', 'visitor_id', 'event_id'], {
          site_id: 'text',
          visitor_id: 'text',
          event_id: 'text',
          email: 'text',
          at: 'bigint',
          form: 'text?',
          others: 'text?',
        })
        await index(db, 'claim_by_email', 'claim', ['site_id', 'email'])
        await table(db, 'touch', ['site_id', 'touch_id'], {
          site_id: 'text',
          touch_id: 'text',
          visitor_id: 'text',
          claimed: 'bigint',
          due_at: 'bigint',
        })
        await table(db, 'span', ['site_id', 'visitor_id', 'from_at'], {
          site_id: 'text',
          visitor_id: 'text',
          from_at: 'bigint',
          until_at: 'bigint',
          lead_id: 'text',
        })
        await index(db, 'span_by_lead', 'span', ['site_id', 'lead_id'])
        await table(db, 'lead', ['site_id', 'lead_id'], {
          site_id: 'text',
          lead_id: 'text',
          email: 'text?',
          name: 'text?',
          company: 'text?',
          owner: 'text?',
          stage: 'text',
          shelf: 'text',
          listed: 'bigint',
          rank: 'bigint',
          engagement: 'double precision',
          fit: 'double precision',
          spam: 'bigint',
          why: 'text',
          version: 'bigint',
          first_seen_at: 'bigint',
          last_seen_at: 'bigint',
          next_change_at: 'bigint',
        })
        await index(db, 'lead_by_email', 'lead', ['site_id', 'email'], true)
        await index(db, 'lead_by_rank', 'lead', ['site_id', 'listed', 'rank', 'last_seen_at', 'lead_id'])
        await index(db, 'lead_by_shelf', 'lead', ['site_id', 'shelf', 'rank', 'last_seen_at', 'lead_id'])
        await index(db, 'lead_by_owner', 'lead', ['site_id', 'owner', 'listed', 'rank', 'last_seen_at', 'lead_id'])
        await index(db, 'lead_by_next_change', 'lead', ['next_change_at'])
        await table(db, 'lead_word', ['site_id', 'lead_id', 'word'], { site_id: 'text', word: 'text', lead_id: 'text' })
        await index(db, 'lead_word_by_word', 'lead_word', ['site_id', 'word', 'lead_id'])
        await table(db, 'stage_change', ['site_id', 'lead_id', 'number'], {
          site_id: 'text',
          lead_id: 'text',
          number: 'bigint',
          at: 'bigint',
          stage: 'text',
          cause: 'text',
          rule: 'text?',
          author: 'text?',
          note: 'text?',
          version: 'bigint',
        })
        await table(db, 'edit', ['site_id', 'lead_id', 'edit_id'], {
          site_id: 'text',
          lead_id: 'text',
          edit_id: 'text',
          type: 'text',
          at: 'bigint',
          author: 'text',
          body: 'text',
        })
        await table(db, 'note', ['site_id', 'lead_id', 'note_id'], {
          site_id: 'text',
          lead_id: 'text',
          note_id: 'text',
          at: 'bigint',
          author: 'text',
          text: 'text',
        })
        await table(db, 'refusal', ['site_id', 'day', 'reason'], {
          site_id: 'text',
          day: 'bigint',
          reason: 'text',
          count: 'bigint',
          last_at: 'bigint',
          sample: 'text?',
        })
        await table(db, 'user', ['user_id'], {
          user_id: 'text',
          email: 'text',
          password_hash: 'text',
          created_at: 'bigint',
        })
        await index(db, 'user_by_email', 'user', ['email'], true)
        await table(db, 'sign_in', ['token_hash'], {
          token_hash: 'text',
          user_id: 'text',
          created_at: 'bigint',
          used_at: 'bigint',
        })
        await table(db, 'one_time_link', ['token_hash'], {
          token_hash: 'text',
          kind: 'text',
          email: 'text?',
          expires_at: 'bigint',
        })
      },
    },
    '0002 rules': {
      async up(db: Kysely<unknown>) {
        await table(db, 'standing', ['site_id', 'lead_id', 'version'], {
          site_id: 'text',
          lead_id: 'text',
          version: 'bigint',
          owner: 'text?',
          stage: 'text',
          shelf: 'text',
          listed: 'bigint',
          rank: 'bigint',
          engagement: 'double precision',
          fit: 'double precision',
          spam: 'bigint',
          why: 'text',
          last_seen_at: 'bigint',
          next_change_at: 'bigint',
        })
        await sql`insert into standing
          select lead.site_id, lead_id, ruleset.version, owner, stage, shelf, listed, rank, engagement, fit, spam, why,
            last_seen_at, next_change_at
          from lead join (select site_id, max(version) as version from ruleset group by site_id) as ruleset
            on ruleset.site_id = lead.site_id
          where lead.version > 0`.execute(db)
        for (const name of ['rank', 'shelf', 'owner']) await db.schema.dropIndex(`lead_by_${name}`).execute()
        for (const column of ['stage', 'shelf', 'listed', 'rank', 'engagement', 'fit', 'spam', 'why']) {
          await db.schema.alterTable('lead').dropColumn(column).execute()
        }
        // The version first: a published one replaces the live one at once, and is cleared away by it.
        const order = ['rank', 'last_seen_at', 'lead_id']
        await index(db, 'standing_by_rank', 'standing', ['site_id', 'version', 'listed', ...order])
        await index(db, 'standing_by_shelf', 'standing', ['site_id', 'version', 'shelf', ...order])
        await index(db, 'standing_by_owner', 'standing', ['site_id', 'version', 'owner', 'listed', ...order])

        const columns = { state: `'past'`, live_at: '0', done: '0', total: '0', reached: `''`, worker_until: '0' }
        for (const [column, initial] of Object.entries(columns)) {
          const type = column === 'state' || column === 'reached' ? engine.text : sql.raw('bigint')
          const notNull = column === 'live_at' ? sql`` : sql`not null`
          await sql`alter table ruleset add column ${sql.ref(column)} ${type} ${notNull} default ${sql.raw(initial)}`.execute(
            db,
          )
        }
        await sql`alter table ruleset add column worker ${engine.text}`.execute(db)
        await sql`update ruleset set live_at = published_at where version > 1`.execute(db)
        await sql`update ruleset set state = 'live' where version =
          (select max(version) from ruleset as other where other.site_id = ruleset.site_id)`.execute(db)
      },
    },
    '0003 tracker versions': {
      async up(db: Kysely<unknown>) {
        await table(db, 'tracker_version', ['name'], { name: 'text', script: 'text', first_served_at: 'bigint' })
      },
    },
    '0004 events in fewer bytes': {
      async up(db: Kysely<unknown>) {
        await sql`alter table event add column page_id ${engine.text}`.execute(db)
        await engine.shorten(db)
        await sql`alter table touch add column since_at bigint not null default 0`.execute(db)
        await sql`alter table standing add column bookmark ${engine.text}`.execute(db)
      },
    },
    '0030 users and audit': {
      async up(db: Kysely<unknown>) {
        // Who was there before saw to everything.
        const role = db.schema
          .alterTable('user')
          .addColumn('role', dataType('text'), (role) => role.notNull().defaultTo('admin'))
        await role.execute()
        const sites = db.schema
          .alterTable('user')
          .addColumn('sites', dataType('text'), (sites) => sites.notNull().defaultTo('"all"'))
        await sites.execute()
        await db.schema.alterTable('user').addColumn('disabled_at', dataType('bigint')).execute()
        await table(db, 'api_token', ['token_id'], {
          token_id: 'text',
          token_hash: 'text',
          name: 'text',
          scope: 'text',
          sites: 'text',
          created_at: 'bigint',
          created_by: 'text',
          used_at: 'bigint?',
          revoked_at: 'bigint?',
        })
        await index(db, 'api_token_by_hash', 'api_token', ['token_hash'], true)
        await table(db, 'audit', ['audit_id'], {
          audit_id: 'text',
          at: 'bigint',
          actor: 'text',
          action: 'text',
          site_id: 'text',
          subject: 'text?',
          detail: 'text?',
        })
        await index(db, 'audit_by_subject', 'audit', ['site_id', 'subject', 'at'])
      },
    },
    '0040 links': {
      async up(db: Kysely<unknown>) {
        await table(db, 'link', ['site_id', 'visitor_id', 'email'], {
          site_id: 'text',
          visitor_id: 'text',
          email: 'text',
          event_id: 'text',
          received_at: 'bigint',
          beyond: 'text?',
        })
        await index(db, 'link_by_email', 'link', ['site_id', 'email', 'received_at'])
        for (const [on, column] of [
          ['claim', 'received_at'],
          ['span', 'quarantined'],
        ] as const) {
          await sql`alter table ${sql.ref(on)} add column ${sql.ref(column)} bigint not null default 0`.execute(db)
        }
        // Of before it is not known when it was taken in, and no limit was in force.
        await sql`update claim set received_at = at`.execute(db)
        await sql`insert into link (site_id, visitor_id, email, event_id, received_at)
          select site_id, visitor_id, email, min(event_id), min(at) from claim
          group by site_id, visitor_id, email`.execute(db)
      },
    },
    '0041 edits of the map': {
      async up(db: Kysely<unknown>) {
        for (const column of ['unlinked_by', 'released_by']) {
          await db.schema.alterTable('link').addColumn(column, dataType('text')).execute()
        }
        await table(db, 'map_edit', ['site_id', 'lead_id', 'edit_id'], {
          site_id: 'text',
          lead_id: 'text',
          edit_id: 'text',
          kind: 'text',
          links: 'bigint',
          visitor_id: 'text?',
          other_id: 'text?',
          at: 'bigint',
          author: 'text',
          undone_at: 'bigint?',
          undone_by: 'text?',
        })
        await index(db, 'map_edit_by_other', 'map_edit', ['site_id', 'other_id'])
      },
    },
    '0042 signed identity': {
      async up(db: Kysely<unknown>) {
        await sql`alter table claim add column signed bigint not null default 0`.execute(db)
        await sql`alter table link add column signed_at bigint`.execute(db)
        await table(db, 'signing_secret', ['site_id', 'secret_id'], {
          site_id: 'text',
          secret_id: 'text',
          secret: 'text',
          created_at: 'bigint',
          created_by: 'text',
        })
      },
    },
    '0050 erasures': {
      async up(db: Kysely<unknown>) {
        await table(db, 'erasure', ['site_id', 'erasure_id'], {
          site_id: 'text',
          erasure_id: 'text',
          at: 'bigint',
          tombstone: 'text',
          person: 'text?',
          cleared_at: 'bigint?',
        })
      },
    },
    '0051 retention': {
      async up(db: Kysely<unknown>) {
        await table(db, 'retention', ['site_id', 'kind'], { site_id: 'text', kind: 'text', days: 'bigint' })
        await table(db, 'purge', ['purge_id'], {
          purge_id: 'text',
          last_run_at: 'bigint?',
          finished_at: 'bigint?',
          refused_at: 'bigint?',
          deleted: 'text',
        })
        // Of bots alone: other events are found by their visitors.
        await sql`create index event_of_bots on event (site_id, at) where bot = 1`.execute(db)
      },
    },
    '0060 objections': {
      async up(db: Kysely<unknown>) {
        await table(db, 'objection', ['site_id', 'objection_id'], {
          site_id: 'text',
          objection_id: 'text',
          lead_id: 'text?',
          email: 'text?',
          note: 'text?',
          at: 'bigint',
          author: 'text',
          undone_at: 'bigint?',
          undone_by: 'text?',
        })
        await index(db, 'objection_by_lead', 'objection', ['site_id', 'lead_id'])
        await index(db, 'objection_by_email', 'objection', ['site_id', 'email'])
        await sql`alter table lead add column objected bigint not null default 0`.execute(db)
      },
    },
    '0061 opt-outs': {
      async up(db: Kysely<unknown>) {
        await table(db, 'opt_out', ['site_id', 'opt_out_id'], {
          site_id: 'text',
          opt_out_id: 'text',
          email: 'text',
          at: 'bigint',
          answer: 'text?',
          answered_at: 'bigint?',
          answered_by: 'text?',
          objection_id: 'text?',
        })
        await index(db, 'opt_out_by_email', 'opt_out', ['site_id', 'email'])
      },
    },
    '0065 one decision event a day': {
      async up(db: Kysely<unknown>) {
        // Counted by another fold: everybody's turn comes, but for leads that count as part of others. 1, not 0: behind
        // whatever happens meanwhile.
        await sql`update lead set next_change_at = 1 where version > 0`.execute(db)
      },
    },
    '0066 claims after an erasure': {
      async up(db: Kysely<unknown>) {
        await sql`alter table claim add column since_at bigint not null default 0`.execute(db)
      },
    },
    '0067 rows held and found without reading others': {
      async up(db: Kysely<unknown>) {
        await db.schema.alterTable('visitor').dropColumn('holds').execute()
        await db.schema.dropIndex('claim_by_email').execute()
        await index(db, 'claim_by_email', 'claim', ['site_id', 'email', 'at'])
        await db.schema.dropIndex('link_by_email').execute()
        await index(db, 'link_by_email', 'link', ['site_id', 'email', 'received_at', 'event_id'])
        await db.schema.dropIndex('span_by_lead').execute()
        await index(db, 'span_by_lead', 'span', ['site_id', 'lead_id', 'quarantined'])
      },
    },
    '0075 smaller indexes of standings': {
      async up(db: Kysely<unknown>) {
        // Most who visit are in no ranked list and have no owner; each event of theirs moved them in both all the same.
        const order = sql.raw('rank, last_seen_at, lead_id')
        for (const name of ['standing_by_rank', 'standing_by_owner']) await db.schema.dropIndex(name).execute()
        await sql`create index standing_by_rank on standing (site_id, version, ${order}) where listed = 1`.execute(db)
        await sql`create index standing_by_owner on standing (site_id, version, owner, listed, ${order})
          where owner is not null`.execute(db)
      },
    },
    '0076 whose objection outlived their lead': {
      async up(db: Kysely<unknown>) {
        await sql`alter table opt_out add column note ${engine.text}`.execute(db)
        await sql`insert into opt_out
            (site_id, opt_out_id, email, note, at, answer, answered_at, answered_by, objection_id)
          select site_id, objection_id, email, note, at, 'confirmed', at, author, objection_id from objection
          where lead_id is null and email is not null and undone_at is null and not exists (select 1 from opt_out
            where opt_out.site_id = objection.site_id and opt_out.objection_id = objection.objection_id)`.execute(db)
      },
    },
    '0080 whom an objection concerns once it is committed': {
      async up(db: Kysely<unknown>) {
        const columns = { site_id: 'text', recount_id: 'text', objection_id: 'text' } as const
        await table(db, 'recount', ['site_id', 'recount_id'], columns)
      },
    },
    '0081 whose turn has come since they claimed an address': {
      async up(db: Kysely<unknown>) {
        await sql`alter table claim add column settled bigint not null default 1`.execute(db)
        await sql`update claim set settled = 0 where exists (select 1 from touch where touch.site_id = claim.site_id
          and touch.visitor_id = claim.visitor_id and claimed = 1)`.execute(db)
        // A crowd whose turn has not come is not passed through one by one.
        await sql`create index claim_settled on claim (site_id, email, at) where settled = 1`.execute(db)
      },
    },
    '0082 nobody says of an address what we work out': {
      async up(db: Kysely<unknown>) {
        // Everybody is counted anew: some had said so.
        await sql`update lead set next_change_at = 1 where version > 0`.execute(db)
      },
    },
    '0084 who asks to object, in the order of the lists': {
      async up(db: Kysely<unknown>) {
        // As many may have asked as a flood brings in a month.
        await sql`alter table opt_out add column known bigint not null default 0`.execute(db)
        await sql`update opt_out set known = 1 where exists (select 1 from lead where lead.site_id = opt_out.site_id
          and lead.email = opt_out.email)`.execute(db)
        await sql`create index opt_out_waiting on opt_out (site_id, known, at, opt_out_id)
          where answer is null`.execute(db)
        await sql`create index opt_out_answered on opt_out (site_id, answered_at, opt_out_id)
          where answer is not null`.execute(db)
      },
    },
    '0085 when somebody last came': {
      async up(db: Kysely<unknown>) {
        await sql`alter table site add column last_event_at bigint`.execute(db)
        await sql`update site set last_event_at =
          (select max(last_seen_at) from standing where standing.site_id = site.site_id)`.execute(db)
      },
    },
  }

  function dataType(type: Column) {
    return type.startsWith('text') ? engine.text : sql.raw(type.replace('?', ''))
  }

  async function table(db: Kysely<unknown>, name: string, key: string[], columns: Record<string, Column>) {
    let builder = db.schema.createTable(name)
    for (const [column, type] of Object.entries(columns)) {
      builder = builder.addColumn(column, dataType(type), (definition) =>
        type.endsWith('?') ? definition : definition.notNull(),
      )
    }
    await builder.addPrimaryKeyConstraint(`${name}_key`, key as never[]).execute()
  }

  async function index(db: Kysely<unknown>, name: string, on: string, columns: string[], unique = false) {
    const builder = db.schema.createIndex(name).on(on).columns(columns)
    await (unique ? builder.unique() : builder).execute()
  }
}
