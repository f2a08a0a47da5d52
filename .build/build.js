// Builds what is older than its source into dist/: what a start needs, or the targets named. `--watch` rebuilds as files change.
// "Older" is judged by a hash of the sources, not by dates: a checkout of an older commit rebuilds as well.
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { nodeResolve } from '@rollup/plugin-node-resolve'
import terser from '@rollup/plugin-terser'
import { rollup, watch } from 'rollup'
import ts from 'typescript'
import { FUNCTIONS, NAMES } from './names.js'
import { trackerInput } from './tracker.js'
import { typescriptOf } from './typescript.js'

/** name → what it is built from, how, and what is copied beside it. */
const targets = {
  tracker: {
    sources: ['tracker'],
    ...trackerInput(FUNCTIONS, NAMES),
    output: { file: 'dist/tracker/braise.js', format: 'es' },
  },
  'tracker-module': {
    sources: ['tracker'],
    input: 'tracker/module.ts',
    plugins: [typescriptOf(['tracker'], 'ES2018')],
    output: { file: 'dist/tracker-module/tracker.js', format: 'es' },
    declarations: { 'tracker/module.ts': 'dist/tracker-module/tracker.d.ts' },
  },
  'tracker-debug': {
    sources: ['tracker'],
    input: 'tracker/debug.ts',
    plugins: [typescriptOf(['tracker']), terser()],
    output: { file: 'dist/tracker-debug/braise-debug.js', format: 'es' },
  },
  dashboard: {
    sources: ['dashboard', 'collector', 'tracker/protocol.ts'],
    input: 'dashboard/main.tsx',
    plugins: [
      nodeResolve({ browser: true }),
      typescriptOf(['dashboard', 'collector', 'tracker']),
      terser({ ecma: 2020 }),
    ],
    output: { file: 'dist/dashboard/main.js', format: 'es' },
    copies: { 'dashboard/index.html': 'dist/dashboard/index.html', 'dashboard/style.css': 'dist/dashboard/style.css' },
  },
  collector: {
    sources: ['collector', 'tracker/protocol.ts'],
    input: {
      main: 'collector/main.ts',
      user: 'collector/user.ts',
      backup: 'collector/backup.ts',
      demo: 'collector/demo/demo.ts',
      calculator: 'collector/calculator.ts',
      filekeeper: 'collector/filekeeper.ts',
    },
    plugins: [typescriptOf(['collector', 'tracker'])],
    external: (id) => !id.startsWith('.') && !id.startsWith('/'),
    output: { dir: 'dist/collector', format: 'es', importAttributesKey: 'with' },
  },
  bench: {
    sources: ['test/bench', 'test/support', 'collector', 'tracker/protocol.ts'],
    input: {
      bench: 'test/bench/bench.ts',
      tracker: 'test/bench/tracker/tracker.ts',
      load: 'test/bench/intake/load.ts',
      bare: 'test/bench/intake/bare.ts',
      inserts: 'test/bench/intake/inserts.ts',
    },
    plugins: [typescriptOf(['test', 'collector', 'tracker'])],
    external: (id) => !id.startsWith('.') && !id.startsWith('/'),
    output: { dir: 'dist/bench', format: 'es', importAttributesKey: 'with' },
  },
}

/** What a start needs; others are named on the command line. */
const product = ['tracker', 'tracker-module', 'tracker-debug', 'dashboard', 'collector']

function filesUnder(path) {
  if (!existsSync(path)) return []
  const entries = readdirSync(path, { withFileTypes: true, recursive: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name))
}

function hashOf(sources) {
  const hash = createHash('sha256')
  const files = sources.flatMap((source) => (/\.\w+$/.test(source) ? [source] : filesUnder(source)))
  for (const file of [...files, ...filesUnder('.build'), 'package-lock.json', 'tsconfig.json'].sort()) {
    hash.update(`${file}\0`).update(readFileSync(file)).update('\0')
  }
  return hash.digest('hex')
}

function copy(copies = {}) {
  for (const [from, to] of Object.entries(copies)) {
    if (!from.endsWith('.css')) cpSync(from, to)
    else writeFileSync(to, Buffer.concat(sheetsIn(from).map((sheet) => readFileSync(sheet))))
  }
}

/** The style sheets that one names by `@import`, a line each: joined, they are one file to load. */
function sheetsIn(contents) {
  const lines = readFileSync(contents, 'utf8').matchAll(/^@import "(.+)";$/gm)
  return Array.from(lines, ([, sheet]) => join(dirname(contents), sheet))
}

/** The types of a module whose exports all say theirs. */
function declare(declarations = {}) {
  for (const [from, to] of Object.entries(declarations)) {
    const { outputText } = ts.transpileDeclaration(readFileSync(from, 'utf8'), { fileName: from })
    writeFileSync(to, outputText)
  }
}

async function buildStale(name, target) {
  const stamp = `dist/${name}/.source-hash`
  const hash = hashOf(target.sources)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return
  console.log(`Building the ${name} …`)
  rmSync(`dist/${name}`, { recursive: true, force: true })
  mkdirSync(`dist/${name}`, { recursive: true })
  const { sources, output, copies, declarations, ...input } = target
  const bundle = await rollup(input)
  await bundle.write(output)
  await bundle.close()
  copy(copies)
  declare(declarations)
  writeFileSync(stamp, hash)
}

function watchAll() {
  const watched = product.map((name) => {
    const { sources, copies, declarations, ...options } = targets[name]
    const copier = {
      name: 'copy',
      buildStart() {
        for (const from of Object.keys(copies ?? {})) {
          for (const file of from.endsWith('.css') ? [from, ...sheetsIn(from)] : [from]) this.addWatchFile(file)
        }
      },
      writeBundle: () => copy(copies),
    }
    return { ...options, plugins: [...options.plugins, copier] }
  })
  watch(watched).on('event', (event) => {
    if (event.code === 'ERROR') console.error(event.error.message)
    if (event.code === 'BUNDLE_END') {
      console.log(`Built ${event.output} in ${event.duration} ms`)
      event.result.close()
    }
  })
}

if (process.argv.includes('--watch')) watchAll()
else {
  try {
    const named = process.argv.slice(2)
    for (const name of named.length > 0 ? named : product) await buildStale(name, targets[name])
  } catch (error) {
    console.error(`The build failed: ${error.message}`)
    process.exit(1)
  }
}
