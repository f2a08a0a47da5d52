/** Requests as nobody's client makes them: every part of one in order, or almost, or not at all. */
import fc from 'fast-check'
import { USER_AGENT, visitOf } from './client.ts'
import { addressOf, type Ids, ROUTES } from './routes.ts'
import { START } from './wire.ts'

export interface HostileRequest {
  method: string
  path: string
  headers: Record<string, string>
  body: Buffer | null
}

const ODD_TEXTS = [
  ...[
    '',
    ' ',
    '\0',
    'a\0b',
    '\ud800',
    '\u202e',
    '%',
    '%00',
    '%ff',
    '..',
    '../../etc/passwd',
    '..%2f..%2f',
    '__proto__',
  ],
  ...[
    'constructor',
    'NaN',
    '-1',
    '1e999',
    '9007199254740993',
    '99999999999999999999',
    "'; drop table event; --",
    '{}',
    '[]',
  ],
  ...['<script>', 'default', 'shop', 'x'.repeat(5000), '🔥'.repeat(300)],
]
const oddText = fc.oneof(fc.constantFrom(...ODD_TEXTS), fc.string({ unit: 'binary' }), fc.string())
const oddValue = fc.oneof(
  oddText,
  fc.constantFrom(null, true, 0, -1, 1.5, 1e300, Number.MAX_SAFE_INTEGER + 2, -0),
  fc.constantFrom([], {}, [null], { length: -1 }, nested(3000)),
  fc.jsonValue({ maxDepth: 4 }),
)
const ids = fc.oneof(fc.uuid(), oddText)

const NAMES = ['site', 'q', 'stage', 'owner', 'sort', 'limit', 'cursor', 'at', 'version', 'from', 'to', 'days', 'kind']
const query = fc.dictionary(fc.oneof(fc.constantFrom(...NAMES), oddText), oddText, { maxKeys: 4 })

/** Node's client sends no others. */
const headerText = fc.oneof(
  fc.string({
    unit: fc
      .integer({ min: 0x20, max: 0xff })
      .filter((code) => code !== 0x7f)
      .map((code) => String.fromCharCode(code)),
  }),
  fc.constantFrom(
    'null',
    '*',
    'bytes=0-',
    'bytes=9-1,-5',
    'gzip',
    '*/*;q=9',
    'fr,,;q=-1',
    'application/json',
    'text/plain',
  ),
  fc.constantFrom(
    'https://acme.example',
    'http://[',
    'x'.repeat(6000),
    'multipart/form-data; boundary=',
    '1.2.3.4, ::1',
  ),
)
const HEADERS = [
  ...['content-type', 'origin', 'cookie', 'accept', 'accept-language', 'accept-encoding', 'if-none-match', 'range'],
  ...[
    'x-forwarded-for',
    'x-forwarded-proto',
    'forwarded',
    'sec-fetch-site',
    'user-agent',
    'authorization',
    'content-encoding',
  ],
]

/**
 * A request to a route of the table, of which any part may be wrong.
 * @param known what there is to ask for
 * @param signedIn headers of whoever asks; such as sign in are no guesses then
 */
export function anyRequest(route: string, known: Ids, signedIn: Record<string, string>): fc.Arbitrary<HostileRequest> {
  const [method = ''] = route.split(' ')
  const inOrder = addressOf(route, known)
  const addresses = fc.oneof(
    fc.constant(inOrder),
    fc
      .array(ids, { minLength: 4, maxLength: 4 })
      .map((odd) => inOrder.split('?')[0]?.replaceAll(/[^/]{20,}/g, () => escaped(odd.pop() ?? '')) ?? ''),
    fc
      .tuple(fc.constant(inOrder), oddText)
      .map(([path, text]) => `${path.split('?')[0]}${/^[!-~]*$/.test(text) ? text : escaped(text)}`),
  )
  const asked = fc.tuple(addresses, fc.option(query, { freq: 2 })).map(([path, query]) => {
    const words = Object.entries(query ?? {}).map(([name, value]) => `${escaped(name)}=${escaped(value)}`)
    return words.length > 0 ? `${path}${path.includes('?') ? '&' : '?'}${words.join('&')}` : path
  })
  const common = { 'user-agent': USER_AGENT, 'content-type': route === 'POST /e' ? 'text/plain' : 'application/json' }
  const headers = fc
    .dictionary(fc.constantFrom(...HEADERS), headerText, { maxKeys: 3 })
    .map((odd) => ({ ...common, ...odd, ...signedIn }))
  const sound = route === 'POST /e' ? aVisit() : ROUTES[route]?.body?.(known)
  const bodies =
    method === 'GET' || method === 'HEAD' || method === 'OPTIONS' ? fc.constant(null) : anyBody(sound ?? {})
  return fc.record({ method: fc.constant(method), path: asked, headers, body: bodies })
}

function anyBody(sound: unknown): fc.Arbitrary<Buffer | null> {
  const places = placesIn(sound)
  const wrong = fc
    .array(fc.tuple(fc.constantFrom(...places), oddValue), { minLength: 1, maxLength: 3 })
    .map((changes) =>
      Buffer.from(JSON.stringify(changes.reduce((body, [place, value]) => changed(body, place, value), sound)) ?? ''),
    )
  return fc.oneof(
    { weight: 5, arbitrary: wrong },
    { weight: 1, arbitrary: fc.constant(Buffer.from(JSON.stringify(sound))) },
    { weight: 1, arbitrary: oddValue.map((value) => Buffer.from(JSON.stringify(value) ?? '')) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) },
  )
}

type Place = (string | number)[]

function placesIn(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return [[]]
  const inner = Object.entries(value).flatMap(([name, each]) => placesIn(each).map((place) => [name, ...place]))
  return [[], ...inner.slice(0, 200)]
}

function changed(value: unknown, [name, ...rest]: Place, instead: unknown): unknown {
  if (name === undefined || typeof value !== 'object' || value === null) return instead
  const copy: Record<string, unknown> = Array.isArray(value) ? ([...value] as never) : { ...value }
  copy[name] = changed(copy[name], rest, instead)
  return copy
}

function aVisit(): unknown {
  const { email: _, ...batch } = visitOf('Eve', 'contact', ['/pricing'], START)
  return { ...batch, cookie: '', query: 'utm_source' }
}

function nested(depth: number): unknown {
  let value: unknown = []
  for (let i = 0; i < depth; i++) value = [value]
  return value
}

const escaped = (text: string) => encodeURIComponent(text.toWellFormed())

const BODY = JSON.stringify({ site: 'default', sentAt: 0, events: [] })
/** Requests that are in order, whatever their body is. */
const SOUND: ((body: string) => string)[] = [
  () => 'GET / HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n',
  () => 'GET /api/leads?limit=1 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer guess\r\n\r\n',
  () => 'OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n',
  (body) => `POST /e HTTP/1.1\r\nHost: localhost\r\n${TEXT}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  (body) => {
    const chunks = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
    return `POST /e HTTP/1.1\r\nHost: localhost\r\n${TEXT}\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}`
  },
  (body) => {
    const head =
      'POST /api/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nExpect: 100-continue'
    return `${head}\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  },
]
const TEXT = 'Content-Type: text/plain'
const ODD_LINES = [
  ...['Content-Length: -1', 'Content-Length: 99999999999999999999', 'Content-Length: 5, 6', 'Content-Length: 0x10'],
  ...[
    'Transfer-Encoding: chunked, identity',
    'Transfer-Encoding: gzip',
    'Host:',
    'Host: a b',
    'Host: [::1',
    'Host: localhost:99999',
  ],
  ...[
    'Expect: the unexpected',
    'Upgrade: websocket\r\nConnection: Upgrade',
    'Connection: close, keep-alive',
    ' folded',
    'no colon',
    ': no name',
  ],
  ...[
    'X-Nul: a\0b',
    `X-Long: ${'x'.repeat(20_000)}`,
    'Cookie: braise=%',
    'Content-Encoding: gzip',
    'Trailer: X',
    'Origin: \xff\xfe',
  ],
  ...['X: 1\r\n'.repeat(2500).trim()],
]
const ODD_STARTS = [
  ...[
    'CONNECT localhost:22 HTTP/1.1',
    'TRACE / HTTP/1.1',
    'GET  / HTTP/1.1',
    'get / HTTP/1.1',
    'GET / HTTP/9.9',
    'GET /',
    'GET http://[/ HTTP/1.1',
  ],
  ...[
    'GET //evil.example/%2e%2e HTTP/1.1',
    'GET \\..\\ HTTP/1.1',
    'GET /%zz HTTP/1.1',
    'GET /\xff HTTP/1.1',
    'GET ? HTTP/1.1',
    'PRI * HTTP/2.0',
  ],
  ...[
    'GET http://evil.example/api/session HTTP/1.1',
    `GET /${'a'.repeat(30_000)} HTTP/1.1`,
    '\x16\x03\x01\x02\x00\x01\x00',
    'POST /e HTTP/1.0',
  ],
]

/** What becomes of a text in which a few places are written over. */
const cuts = (furthest: number) =>
  fc
    .array(fc.record({ at: fc.nat(furthest), length: fc.nat(12), instead: fc.uint8Array({ maxLength: 8 }) }), {
      maxLength: 2,
    })
    .map((all) => (text: string) => {
      for (const { at, length, instead } of all) {
        text = text.slice(0, at) + Buffer.from(instead).toString('latin1') + text.slice(at + length)
      }
      return text
    })

/** A request over a bare socket, of which a line, the body or some bytes may be wrong. */
export const anyBytes: fc.Arbitrary<string> = fc
  .record({
    sound: fc.constantFrom(...SOUND),
    cutBody: cuts(BODY.length),
    start: fc.option(fc.constantFrom(...ODD_STARTS), { freq: 1 }),
    lines: fc.oneof(fc.constant([]), fc.array(fc.constantFrom(...ODD_LINES), { maxLength: 2 })),
    cutAll: fc.oneof(
      fc.constant((text: string) => text),
      cuts(200),
    ),
    times: fc.constantFrom(1, 1, 1, 3),
  })
  .map(({ sound, cutBody, start, lines, cutAll, times }) => {
    const [first = '', ...others] = sound(cutBody(BODY)).split('\r\n')
    return cutAll([start ?? first, ...lines, ...others].join('\r\n')).repeat(times)
  })

/** Text that no answer may have in it: where an error was thrown, and what the engines say. */
export const INSIDE = /\n\s+at |node_modules|\.[jt]s:\d+|SQLITE_|SqliteError|violates|syntax error/
