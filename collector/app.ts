/** Every route in one place. */
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { auditRoutes } from './http/audit.ts'
import { refuseLargeBodies } from './http/body.ts'
import { collectRoutes } from './http/collect.ts'
import type { Collector } from './http/context.ts'
import { serveFile } from './http/files.ts'
import { isReading } from './http/foreign.ts'
import { protect } from './http/headers.ts'
import { joinRoutes } from './http/join.ts'
import { leadRoutes } from './http/leads.ts'
import { objectionRoutes } from './http/objections.ts'
import { openApiRoutes } from './http/openapi.ts'
import { optOutRoutes } from './http/opt-out.ts'
import { problem, renderError, unavailable } from './http/problem.ts'
import { refuseNul } from './http/query.ts'
import { retentionRoutes } from './http/retention.ts'
import { ruleRoutes } from './http/rules.ts'
import { sessionRoutes } from './http/session.ts'
import { refuseOthersPages, refuseViewers, requireSignIn } from './http/signin.ts'
import { refusedRoutes, siteRoutes } from './http/sites.ts'
import { streamRoutes } from './http/stream.ts'
import { tokenRoutes } from './http/tokens.ts'
import { trackerRoutes } from './http/tracker.ts'
import { userRoutes } from './http/users.ts'
import { watchingRoutes } from './http/watching.ts'

export function createApp(collector: Collector) {
  const { files, condition, log } = collector
  const app = new Hono()

  app.use(protect(collector))
  app.route('/e', collectRoutes(collector))
  app.route('/opt-out', optOutRoutes(collector))
  app.route('/', trackerRoutes(files))

  const serve = (path: string, name: string, cacheControl: string) =>
    app.get(path, (c) => {
      const file = files.get(name)
      if (!file) throw problem(404, 'There is nothing here')
      return serveFile(c, file, cacheControl)
    })
  for (const page of [
    '/',
    '/leads/:id',
    '/objections',
    '/rules',
    '/setup',
    '/admin/:page',
    '/account',
    '/join',
    '/sign-in',
  ])
    serve(page, 'index.html', 'no-cache')
  for (const name of ['main.js', 'style.css']) serve(`/assets/${name}`, name, 'no-cache')

  app.route('/', watchingRoutes(collector))

  app.notFound((c) => {
    const page = files.get('index.html')
    c.status(404)
    if (page && isForPerson(c)) return serveFile(c, page, 'no-cache')
    return renderError(problem(404, 'There is nothing here'), log)
  })
  app.onError((error) => {
    const trouble = condition.note(error)
    return renderError(trouble === null ? error : unavailable(trouble), log)
  })
  return app.route('/api', apiRoutes(collector))
}

/** The JSON API, as the dashboard's client knows it by its type. */
export type App = ReturnType<typeof apiRoutes>

function apiRoutes(collector: Collector) {
  return (
    new Hono()
      .use(refuseNul, refuseDamaged(collector), refuseLargeBodies)
      .route('/session', sessionRoutes(collector))
      .route('/join', joinRoutes(collector))
      // Whatever is named below is for those who are signed in, without exception.
      .use(requireSignIn(collector), refuseOthersPages, refuseViewers)
      .route('/openapi.json', openApiRoutes())
      .route('/leads', leadRoutes(collector))
      .route('/objections', objectionRoutes(collector))
      .route('/sites', siteRoutes(collector))
      .route('/refused', refusedRoutes(collector))
      .route('/rules', ruleRoutes(collector))
      .route('/stream', streamRoutes(collector))
      .route('/retention', retentionRoutes(collector))
      .route('/users', userRoutes(collector))
      .route('/tokens', tokenRoutes(collector))
      .route('/audit', auditRoutes(collector))
  )
}

/** Whoever comes to an address by a browser gets a page, which says where to go from there. */
function isForPerson(c: Context): boolean {
  return isReading(c) && !c.req.path.startsWith('/api/') && (c.req.header('accept') ?? '').includes('text/html')
}

/** What a damaged database answers may be wrong without looking so. */
function refuseDamaged({ condition }: Collector): MiddlewareHandler {
  return async (_c, next) => {
    if (condition.damage !== null) throw unavailable('damaged')
    await next()
  }
}
