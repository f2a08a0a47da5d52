/** Who may import whom: the arrows of the house, and a checker that holds source texts against them. */
import { posix } from 'node:path'
import ts from 'typescript'

interface Room {
  /** What belongs to it: the first room in the list that a path matches is its room. */
  holds: RegExp
  /** Rooms it may import from, besides itself. */
  from: string[]
  /** Packages it may import; `node:` stands for every module of Node's own. */
  packages: string[]
  /** Of these rooms only the types of these names. */
  typesOf?: Record<string, string[]>
}

const BELOW_STORE = ['protocol', 'domain']
const BELOW_HTTP = [...BELOW_STORE, 'store', 'log', 'moments']

/** Lists that others keep: public suffixes, providers of private mailboxes and of those to throw away. They only know. */
const LISTS = ['tldts', 'email-providers', 'disposable-email-domains-js']

const ROOMS: Record<string, Room> = {
  protocol: { holds: /^tracker\/protocol\.ts$/, from: [], packages: [] },
  tracker: { holds: /^tracker\//, from: ['protocol'], packages: [] },
  domain: { holds: /^collector\/domain\//, from: ['protocol'], packages: LISTS },
  store: { holds: /^collector\/store\//, from: BELOW_STORE, packages: ['kysely', 'better-sqlite3', 'pg', 'node:'] },
  http: {
    holds: /^collector\/http\//,
    from: BELOW_HTTP,
    packages: ['hono', '@hono/node-server', 'isbot', 'mmdb-lib', 'node:'],
  },
  app: { holds: /^collector\/app\.ts$/, from: [...BELOW_HTTP, 'http'], packages: ['hono', 'node:'] },
  collector: {
    holds: /^collector\/collector\.ts$/,
    from: [...BELOW_HTTP, 'http', 'app'],
    packages: ['@hono/node-server', 'node:'],
  },
  entries: {
    holds: /^collector\/(main|user|backup|console)\.ts$/,
    from: [...BELOW_HTTP, 'http', 'app', 'collector'],
    packages: ['node:'],
  },
  demo: {
    holds: /^collector\/demo\//,
    from: [...BELOW_HTTP, 'http', 'app', 'collector', 'entries'],
    packages: ['node:'],
  },
  log: { holds: /^collector\/log\.ts$/, from: [], packages: ['pino'] },
  // intake, standings and those to come, each a moment in the system's life, and what is as plain: config, password.
  moments: { holds: /^collector\/[^/]+$/, from: [...BELOW_STORE, 'store', 'log'], packages: ['node:'] },
  client: {
    holds: /^dashboard\/api\.ts$/,
    from: ['dashboard'],
    packages: ['hono'],
    typesOf: { app: ['App'] },
  },
  dashboard: { holds: /^dashboard\//, from: ['client'], packages: ['preact'] },
}

interface Import {
  /** As it is written; null where it is worked out at run time. */
  what: string | null
  /** The names of a statement that is gone after compilation: `import type { App }`; null for any other. */
  types: string[] | null
}

/**
 * @param files source texts by their path from the top, such as `collector/app.ts`
 * @returns a sentence for each import that goes against an arrow, and for each ring of imports that run
 */
export function violationsOf(files: ReadonlyMap<string, string>): string[] {
  const violations: string[] = []
  const runs = new Map<string, string[]>()
  for (const [path, text] of files) {
    const imports = importsOf(path, text)
    violations.push(...imports.filter((each) => !isAllowed(path, each)).map(({ what }) => `${path} imports ${what}`))
    runs.set(
      path,
      imports.flatMap(({ what, types }) => (types === null && what?.startsWith('.') ? [targetOf(path, what)] : [])),
    )
  }
  return [...violations, ...ringsOf(runs)]
}

function isAllowed(path: string, { what, types }: Import): boolean {
  const name = roomOf(path)
  const room = ROOMS[name ?? '']
  if (!room || what === null) return false
  if (!what.startsWith('.')) return room.packages.includes(packageOf(what))
  const other = roomOf(targetOf(path, what))
  if (other === undefined) return false
  if (other === name || room.from.includes(other)) return true
  const named = room.typesOf?.[other]
  return named !== undefined && types !== null && types.length > 0 && types.every((type) => named.includes(type))
}

function roomOf(path: string): string | undefined {
  return Object.keys(ROOMS).find((name) => ROOMS[name]?.holds.test(path))
}

function targetOf(path: string, what: string): string {
  return posix.join(posix.dirname(path), what)
}

/** `@hono/node-server/conninfo` → `@hono/node-server`, `node:fs` → `node:`; `fs` is a stranger. */
function packageOf(what: string): string {
  if (what.startsWith('node:')) return 'node:'
  return what
    .split('/')
    .slice(0, what.startsWith('@') ? 2 : 1)
    .join('/')
}

/** Every import of a source text, in whatever form: statement, re-export, `import()`, `import('…').Type`, `require`. */
function importsOf(path: string, text: string): Import[] {
  const imports: Import[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      const clause = node.importClause
      const isType = clause?.phaseModifier === ts.SyntaxKind.TypeKeyword
      imports.push({ what: literalOf(node.moduleSpecifier), types: isType ? namesIn(clause.namedBindings) : null })
    } else if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
      imports.push({
        what: literalOf(node.moduleSpecifier),
        types: node.isTypeOnly ? namesIn(node.exportClause) : null,
      })
    } else if (ts.isExternalModuleReference(node)) {
      imports.push({ what: literalOf(node.expression), types: null })
    } else if (ts.isImportTypeNode(node)) {
      const literal = ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined
      imports.push({ what: literalOf(literal), types: node.qualifier ? [node.qualifier.getText()] : [] })
    } else if (ts.isCallExpression(node) && isImporting(node.expression) && !isByAddress(node.arguments[0])) {
      imports.push({ what: literalOf(node.arguments[0]), types: null })
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true))
  return imports
}

function isImporting(callee: ts.Expression): boolean {
  return callee.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(callee) && callee.text === 'require')
}

/** `import(new URL('…'))` loads what a server has there, and no module of the tree. */
function isByAddress(node: ts.Node | undefined): boolean {
  while (node && ts.isAsExpression(node)) node = node.expression
  return node !== undefined && ts.isNewExpression(node) && node.expression.getText() === 'URL'
}

function literalOf(node: ts.Node | undefined): string | null {
  return node && ts.isStringLiteralLike(node) ? node.text : null
}

/** The names as the other file calls them; none where all of it is taken under one name. */
function namesIn(bindings: ts.NamedImportBindings | ts.NamedExportBindings | undefined): string[] {
  if (!bindings || !(ts.isNamedImports(bindings) || ts.isNamedExports(bindings))) return []
  return bindings.elements.map(({ propertyName, name }) => (propertyName ?? name).text)
}

/** Files that import each other in a ring; types are gone before anything runs. */
function ringsOf(imports: ReadonlyMap<string, string[]>): string[] {
  const rings: string[] = []
  const done = new Set<string>()
  const follow = (path: string, trail: string[]): void => {
    if (trail.includes(path)) rings.push(`a ring: ${[...trail.slice(trail.indexOf(path)), path].join(' → ')}`)
    if (trail.includes(path) || done.has(path)) return
    for (const next of imports.get(path) ?? []) follow(next, [...trail, path])
    done.add(path)
  }
  for (const path of imports.keys()) follow(path, [])
  return rings
}
