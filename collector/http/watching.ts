/** `/health`, `/ready` and `/metrics`: what those ask who watch over the machine. */
import { readFileSync } from 'node:fs'
import { Hono } from 'hono'
import { isSameToken } from '../password.ts'
import { type Metric, textOf } from '../prometheus.ts'
import type { Collector } from './context.ts'
import { problem } from './problem.ts'
import { bearerOf } from './signin.ts'

export function watchingRoutes(collector: Collector) {
  const { database, condition, config } = collector
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }

  return new Hono()
    .get('/health', async (c) => {
      await database.db.selectFrom('site').select('site_id').limit(1).execute()
      const { lostCommits, room } = condition
      const status = statusOf(collector)
      return c.json({ status, lostCommits, diskLow: room?.isLow ?? false }, status === 'ok' ? 200 : 503)
    })
    .get('/ready', (c) => c.json({ ready: !collector.isStopping }, collector.isStopping ? 503 : 200))
    .get('/metrics', async (c) => {
      if (config.metricsToken === null) throw problem(404, 'There is nothing here')
      const token = bearerOf(c)
      if (token === undefined || !isSameToken(token, config.metricsToken)) throw problem(401, 'The token is not known')
      c.header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
      c.header('cache-control', 'no-store')
      return c.body(textOf(await metricsOf(collector, version)))
    })
}

function statusOf({ condition, canary }: Collector): string {
  return condition.refusal ?? (canary.isLate ? 'stuck' : 'ok')
}

async function metricsOf(collector: Collector, version: string): Promise<Metric[]> {
  const { meters, intake, loop, standings, condition, census } = collector
  const leads = [...((await census.leads()) ?? [])].map(([stage, value]) => ({ labels: { stage }, value }))
  const one = (value: number) => ({ samples: [{ value }] })
  const build = { labels: { version, node: process.version }, value: 1 }
  const { waiting } = intake
  const free = condition.room?.free
  return [
    metric('gauge', 'braise_build_info', { samples: [build] }, 'Always 1; the labels say what runs'),
    metric('gauge', 'braise_healthy', one(statusOf(collector) === 'ok' ? 1 : 0), 'Whether /health is green'),
    metric('counter', 'braise_events_total', meters.events, 'Events answered, by what became of them'),
    metric(
      'counter',
      'braise_requests_total',
      meters.requests,
      'Requests to /e by status; trackers repeat 429 and 503',
    ),
    metric(
      'histogram',
      'braise_commit_seconds',
      meters.commitSeconds,
      'How long a commit took, with what it waited for',
    ),
    metric('histogram', 'braise_commit_events', meters.commitEvents, 'Events that shared a commit'),
    metric('gauge', 'braise_queue_events', one(waiting.events), 'Events that wait for a commit'),
    metric('gauge', 'braise_queue_bytes', one(waiting.bytes), 'Bytes that wait for a commit'),
    metric('gauge', 'braise_scoring_backlog_events', one(standings.uncounted), 'Events taken in and not yet counted'),
    metric('gauge', 'braise_scoring_lag_seconds', one(standings.lag / 1000), 'How long events have not been counted'),
    metric('histogram', 'braise_loop_delay_seconds', loop.delays, 'How late the event loop was, looked at every 20 ms'),
    metric('gauge', 'braise_leads', { samples: leads }, 'Leads of all sites by stage, counted every five minutes'),
    ...(free ? [metric('gauge', 'braise_disk_free_bytes', one(free.bytes), 'Room on the disk of the database')] : []),
    metric('gauge', 'braise_lost_commits', one(condition.lostCommits), 'Commits that the disk had lost at the start'),
    metric('gauge', 'process_resident_memory_bytes', one(process.memoryUsage.rss()), 'Memory in use'),
  ]
}

function metric(type: Metric['type'], name: string, { samples }: Pick<Metric, 'samples'>, help: string): Metric {
  return { name, type, help, samples }
}
