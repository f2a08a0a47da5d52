import { readFileSync } from 'node:fs'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { unpack } from './packages.ts'
import { absent, peers } from './peers.ts'
import { table } from './table.ts'

/** What a visitor downloads, ours and theirs, smallest first, as a Markdown table. */
export async function measureSizes(): Promise<string> {
  const rows = [measure('**Braise**, everything', 'this one', 'dist/tracker/braise.js')]
  const missing = [...absent]
  for (const peer of peers) {
    const version = peer.packages.map((each) => `\`${each}\``).join(', ')
    try {
      const { script } = await unpack(peer)
      rows.push(measure(peer.name, `${version}, ${peer.script ? `\`${peer.script}\`` : 'bundled'}`, script))
    } catch (error) {
      missing.push(`${peer.name} (${version}) could not be had: ${String(error).split('\n')[0]}.`)
    }
  }
  rows.sort((one, other) => one.brotli - other.brotli)
  const cells = rows.map(({ name, source, raw, gzip, brotli }) => [
    name,
    source,
    bytes(raw),
    bytes(gzip),
    bytes(brotli),
  ])
  return `${table(['Tracker', 'From npm', 'raw', 'gzip', 'brotli'], cells)}\n\n${missing.join(' ')}`
}

function measure(name: string, source: string, path: string) {
  const file = readFileSync(path)
  // Node's brotli is at its strongest, 11, unless told otherwise.
  return {
    name,
    source,
    raw: file.length,
    gzip: gzipSync(file, { level: 9 }).length,
    brotli: brotliCompressSync(file).length,
  }
}

function bytes(count: number): string {
  return count.toLocaleString('en')
}
