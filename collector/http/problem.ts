import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Log } from '../log.ts'
import type { Trouble } from '../store/database.ts'

/** An error of the JSON API, told as an RFC 9457 problem. `more` are members beside the standard ones. */
export function problem(
  status: ContentfulStatusCode,
  detail: string,
  more: Record<string, unknown> = {},
): HTTPException {
  const body = { type: 'about:blank', title: TITLES[status] ?? 'Error', status, detail, ...more }
  return new HTTPException(status, {
    message: detail,
    res: new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/problem+json' } }),
  })
}

/** The database cannot be asked, or not be written to. */
export function unavailable(trouble: Trouble): HTTPException {
  return problem(503, TROUBLES[trouble], { trouble })
}

const TROUBLES: Record<Trouble, string> = {
  passing: 'The database is busy or out of reach: try again in a moment',
  full: 'The disk is full: nothing can be changed until there is room',
  unwritable: 'The disk cannot be written to',
  damaged: 'The database is damaged: a backup must be restored',
}

/** The one place where errors become answers: what was foreseen as it is, anything else without a word of its inside. */
export function renderError(error: Error, log: Log): Response {
  if (error instanceof HTTPException)
    return error.res ?? (problem(error.status as ContentfulStatusCode, error.message).res as Response)
  log.error({ err: error }, 'A request failed')
  return problem(500, 'Something went wrong here; the log of the server says what').res as Response
}

const TITLES: Record<number, string> = {
  400: 'Bad request',
  401: 'Not signed in',
  403: 'Forbidden',
  404: 'Not found',
  409: 'Conflict',
  412: 'Precondition failed',
  413: 'Too large',
  415: 'Unsupported media type',
  422: 'Unprocessable',
  429: 'Too many requests',
  500: 'Internal error',
  503: 'Unavailable',
}
