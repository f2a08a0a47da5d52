import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Arrival, Report, Tracker } from '../../support/behaviour/tracker.ts'
import { unpack } from './packages.ts'
import { peers } from './peers.ts'
import { products } from './products.ts'
import { suites } from './suites.ts'

/** How a peer is used and understood; its file is what was measured. */
export interface Player {
  /** Where its collector serves it, as its vendor's does: some find the collector by their own address. */
  path: string
  tag(collectorUrl: string): string
  answer?(arrival: Arrival): { status?: number; body: string } | undefined
  read(arrival: Arrival): Report[]
  /** A folder of the package whose scripts it loads later, and where it looks for them. */
  lazy?: { folder: string; path: string }
  /** What is fair to say of how it was set up, and of what it does not mean to do. */
  note: string
}

const players: Record<string, Player> = { ...products, ...suites }

/** The peers that can be played offline, each ready to serve. */
export async function openPeers(): Promise<(Tracker & { note: string })[]> {
  const opened: (Tracker & { note: string })[] = []
  for (const peer of peers) {
    const player = players[peer.name]
    if (!player) continue
    try {
      const { script, folder } = await unpack(peer)
      opened.push({ ...player, name: peer.name, files: filesOf(player, script, folder) })
    } catch (error) {
      console.error(`${peer.name} could not be had: ${error}`)
    }
  }
  return opened
}

function filesOf({ path, lazy }: Player, script: string, folder: string): Tracker['files'] {
  const files: Tracker['files'] = { [path]: () => readFileSync(script) }
  if (!lazy) return files
  const later = join(folder, lazy.folder)
  for (const name of readdirSync(later)) files[lazy.path + name] = () => readFileSync(join(later, name))
  return files
}
