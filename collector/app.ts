/** Every route in one place. */
import { Hono } from 'hono'
import { collectRoutes } from './http/collect.ts'
import type { Collector } from './http/context.ts'
import { serveFile } from './http/files.ts'
import { leadRoutes } from './http/leads.ts'
import { problem, renderError } from './http/problem.ts'
import { refuseNul } from './http/query.ts'
import { ruleRoutes } from './http/rules.ts'
import { joinRoutes, sessionRoutes } from './http/session.ts'
import { requireSignIn } from './http/signin.ts'
import { refusedRoutes, siteRoutes } from './http/sites.ts'
import { streamRoutes } from './http/stream.ts'
import { trackerRoutes } from './http/tracker.ts'

/** What a page may load and do: nothing but its own. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'",
  "form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'",
].join('; ')

export function createApp(collector: Collector) {
  const { config, database, files } = collector
  const app = new Hono()

  app.use(async (c, next) => {
    await next()
    // Set on whatever the answer has become: what is set before is not on an error's.
    const { headers } = c.res
    headers.set('content-security-policy', CONTENT_SECURITY_POLICY)
    headers.set('x-content-type-options', 'nosniff')
    headers.set('referrer-policy', 'same-origin')
    if (config.publicUrl?.startsWith('https://')) headers.set('strict-transport-security', 'max-age=31536000')
    // A busy connection that is kept alive would go on being served, and be cut off in the middle of something.
    if (collector.isStopping) c.header('connection', 'close')
  })

  app.route('/e', collectRoutes(collector))
  app.route('/', trackerRoutes(files))

  const serve = (path: string, name: string, cacheControl: string) =>
    app.get(path, (c) => {
      const file = files.get(name)
      if (!file) throw problem(404, 'There is nothing here')
      return serveFile(c, file, cacheControl)
    })
  for (const page of ['/', '/leads/:id', '/rules', '/setup', '/join', '/sign-in']) serve(page, 'index.html', 'no-cache')
  for (const name of ['main.js', 'style.css']) serve(`/assets/${name}`, name, 'no-cache')

  app.get('/health', async (c) => {
    await database.db.selectFrom('site').select('site_id').limit(1).execute()
    return c.json({ status: 'ok' })
  })
  app.get('/ready', (c) => c.json({ ready: !collector.isStopping }, collector.isStopping ? 503 : 200))

  app.notFound((c) => renderError(problem(404, 'There is nothing here'), c))
  app.onError(renderError)
  return app.route('/api', apiRoutes(collector))
}

/** The JSON API, as the dashboard's client knows it by its type. */
export type App = ReturnType<typeof apiRoutes>

function apiRoutes(collector: Collector) {
  const signedIn = requireSignIn(collector)
  return new Hono()
    .use(refuseNul)
    .route('/session', sessionRoutes(collector))
    .route('/join', joinRoutes(collector))
    .use('/leads/*', signedIn)
    .use('/sites/*', signedIn)
    .use('/refused/*', signedIn)
    .use('/rules/*', signedIn)
    .use('/stream/*', signedIn)
    .route('/leads', leadRoutes(collector))
    .route('/sites', siteRoutes(collector))
    .route('/refused', refusedRoutes(collector))
    .route('/rules', ruleRoutes(collector))
    .route('/stream', streamRoutes(collector))
}
