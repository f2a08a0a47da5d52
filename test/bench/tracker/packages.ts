import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { nodeResolve } from '@rollup/plugin-node-resolve'
import terser from '@rollup/plugin-terser'
import { type Plugin, rollup } from 'rollup'
import type { Package } from './peers.ts'

const run = promisify(execFile)
const MINUTE = 60_000
/** Outside of the repository: nothing of theirs is a dependency of ours. Kept between runs, by version. */
const FOLDER = join(tmpdir(), 'braise-peers')
/** Some peers are made of CommonJS, which only their bundles need to understand. */
const COMMONJS = '@rollup/plugin-commonjs@29.0.3'

export interface Unpacked {
  /** The file that a browser loads. */
  script: string
  /** The first package, as npm has it. */
  folder: string
}

/** Gets a peer from the npm registry and builds it if its vendor has not. Rejects where it cannot be had. */
export async function unpack({ packages, script, entry }: Package): Promise<Unpacked> {
  const place = join(FOLDER, packages.join('+').replaceAll('/', '_'))
  if (!existsSync(place)) {
    const draft = `${place}.${process.pid}`
    mkdirSync(draft, { recursive: true })
    try {
      await (script ? download(packages[0], draft) : install([...packages, COMMONJS], draft))
      renameSync(draft, place)
    } finally {
      rmSync(draft, { recursive: true, force: true })
    }
  }
  if (script) return { script: join(place, 'package', script), folder: join(place, 'package') }
  const bundle = join(place, 'bundle.js')
  await build(place, entry ?? '', bundle)
  return { script: bundle, folder: place }
}

/** Only the package itself: what its vendor built holds the others already. */
async function download(name: string, folder: string): Promise<void> {
  const { stdout } = await run('npm', ['pack', '--silent', name], { cwd: folder, timeout: MINUTE })
  await run('tar', ['-xzf', stdout.trim()], { cwd: folder, timeout: MINUTE })
}

async function install(names: string[], folder: string): Promise<void> {
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }')
  const options = ['--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund', '--silent']
  await run('npm', ['install', ...options, ...names], { cwd: folder, timeout: 3 * MINUTE })
}

/** Minified as ours (.build/tracker.js), as far as that is safe for everybody's source. */
async function build(folder: string, entry: string, file: string): Promise<void> {
  const input = join(folder, 'entry.js')
  writeFileSync(input, entry)
  const commonjs: () => Plugin = createRequire(input)('@rollup/plugin-commonjs')
  const bundle = await rollup({
    input,
    plugins: [
      nodeResolve({ browser: true }),
      commonjs(),
      terser({ ecma: 2018, compress: { passes: 3, unsafe_arrows: true } }),
    ],
    onwarn() {}, // Theirs to heed.
  })
  await bundle.write({ file, format: 'iife' })
  await bundle.close()
}
