import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, gzip } from 'node:zlib'
import type { Context } from 'hono'

/** A file that is served as it is, kept in memory. */
export interface File {
  type: string
  etag: string
  plain: Buffer<ArrayBuffer>
  /** In each encoding that somebody has asked for: to compress is work, which no start waits for. */
  encoded: Partial<Record<Encoding, Promise<Buffer<ArrayBuffer>>>>
}

/** By their names in HTTP. */
const ENCODERS = { br: promisify(brotliCompress), gzip: promisify(gzip) }
type Encoding = keyof typeof ENCODERS

const TYPES: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  txt: 'text/plain; charset=utf-8',
}

/** Reads the files of a folder, by name. Files of other kinds than those a page needs are left out. */
export function loadFiles(folder: string): Map<string, File> {
  const names = readdirSync(folder).filter((name) => typeOf(name) !== undefined)
  return new Map(names.map((name) => [name, fileOf(name, readFileSync(join(folder, name)))]))
}

export function fileOf(name: string, content: Buffer): File {
  const plain = Buffer.from(content)
  return {
    type: typeOf(name) ?? 'application/octet-stream',
    etag: `W/"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`,
    plain,
    encoded: {},
  }
}

export async function serveFile(c: Context, file: File, cacheControl: string): Promise<Response> {
  c.header('etag', file.etag)
  c.header('cache-control', cacheControl)
  c.header('vary', 'Accept-Encoding')
  if (c.req.header('if-none-match') === file.etag) return c.body(null, 304)
  c.header('content-type', file.type)
  const encoding = encodingFor(c.req.header('accept-encoding') ?? '')
  if (encoding === undefined) return c.body(file.plain)
  c.header('content-encoding', encoding)
  file.encoded[encoding] ??= ENCODERS[encoding](file.plain)
  return c.body(await file.encoded[encoding])
}

function encodingFor(accepted: string): Encoding | undefined {
  const names = accepted.split(',').map((part) => part.trim().split(';')[0])
  return (['br', 'gzip'] as const).find((encoding) => names.includes(encoding))
}

function typeOf(name: string): string | undefined {
  return TYPES[name.slice(name.lastIndexOf('.') + 1)]
}
