/** `/api/openapi.json`: the API in OpenAPI's words, made from `operations.ts`: https://spec.openapis.org/oas/v3.1.1.html */
import { Hono } from 'hono'
import type { Role } from '../domain/access.ts'
import { type Operation, PARAMETERS } from './operation.ts'
import { OPERATIONS } from './operations.ts'

export function openApiRoutes() {
  const document = openApiDocument()
  return new Hono().get('/', (c) => c.json(document))
}

function openApiDocument() {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const [route, operation] of Object.entries(OPERATIONS)) {
    const [method = '', path = ''] = route.split(' ')
    const at = path.replace(/:(\w+)/g, '{$1}')
    paths[at] = { ...paths[at], [method.toLowerCase()]: operationOf(path, operation) }
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Braise',
      version: '1',
      description:
        'Lists take `limit` and `cursor` and answer `{ "items": […], "next": "…" | null }`. Times are milliseconds since 1970.',
    },
    servers: [{ url: '/api' }],
    paths,
    components: {
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description:
            'With scope read a token is a viewer, with write a marketer, and no more than who made it is by now; BRAISE_API_TOKEN is an admin of all sites',
        },
        cookie: {
          type: 'apiKey',
          in: 'cookie',
          name: '__Host-braise',
          description: '`braise` on plain HTTP. What changes something must come from a page of the dashboard',
        },
      },
      schemas: { Problem: PROBLEM },
      responses: {
        Problem: {
          description:
            'RFC 9457: 400 or 422 for what is wrong with the request, 401 for nobody, 403 beyond the role, 404 nothing there, 503 try again later',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
      parameters: Object.fromEntries(
        Object.entries(PARAMETERS).map(([name, schema]) => [name, { name, in: 'query', schema }]),
      ),
    },
  }
}

const PROBLEM = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
  },
}

function operationOf(path: string, { about, query, body, status, refuses, ...operation }: Operation) {
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name]) => {
    return { name, in: 'path', required: true, schema: { type: 'string' } }
  })
  const inQuery = (query ?? []).map((name) => ({ $ref: `#/components/parameters/${name}` }))
  const problem = (description: string) => {
    return {
      description,
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    }
  }
  return {
    summary: operation.for === 'all sites' ? `${about}. For admins of all sites` : about,
    security: securityOf(operation.for),
    parameters: [...inPath, ...inQuery],
    ...(body && { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body) } } } }),
    responses: {
      [status ?? 200]: { description: 'Done', ...contentOf(operation) },
      ...Object.fromEntries(Object.entries(refuses ?? {}).map(([status, why]) => [status, problem(why)])),
      default: { $ref: '#/components/responses/Problem' },
    },
  }
}

/** Of schemes that know no scopes of their own, OpenAPI names the roles that are needed. */
function securityOf(least: Operation['for']) {
  if (least === 'anyone') return []
  const role: Role = least === 'all sites' ? 'admin' : least
  return [{ token: [role] }, { cookie: [role] }]
}

function schemaOf({ needed, optional }: NonNullable<Operation['body']>) {
  return { type: 'object', properties: { ...optional, ...needed }, required: Object.keys(needed) }
}

function contentOf({ gives, files }: Pick<Operation, 'gives' | 'files'>) {
  const any = Object.fromEntries((gives ?? []).map((name) => [name, {}]))
  const json = { 'application/json': { schema: { type: 'object', properties: any, required: gives } } }
  const content = gives ? json : files && Object.fromEntries(files.map((type) => [type, {}]))
  return content && { content }
}
