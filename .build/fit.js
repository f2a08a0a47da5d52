// Which names and which order of functions make the tracker smallest once it is compressed: `node .build/fit.js SECONDS`, after a
// change of its source. It starts from those in names.js and writes there what it finds; the longer it looks, the smaller.
// Simulated annealing (Kirkpatrick, Gelatt and Vecchi, 1983).
import { writeFileSync } from 'node:fs'
import { brotliCompressSync } from 'node:zlib'
import { rollup } from 'rollup'
import ts from 'typescript'
import { FUNCTIONS, NAMES } from './names.js'
import { trackerInput } from './tracker.js'

const MILLISECONDS = Number(process.argv[2] ?? 300) * 1000
/** In bytes: about so much may be lost by a step at first; in the end, nothing. */
const HEAT = 0.25
/** Not `q`, which is written shorter where it names a property and a variable. */
const LETTERS = [...'abcdefghijklmnoprstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ$_']
/** A name of its own for each variable, in the order in which terser asks. */
const PLACES = Array.from({ length: 1000 }, (_, place) => `$${place}$`)
const PLACE = /\$(\d+)\$/

const text = await build(FUNCTIONS, PLACES)
const source = ts.createSourceFile('braise.js', text, ts.ScriptTarget.ES2018, true)
const conflicts = conflictsIn(source)
const functions = functionsIn(source)
if (functions.length !== FUNCTIONS.length)
  throw new Error(`There are ${functions.length} functions to name in names.js`)

let state = await asFound()
let best = state
console.log(`${state.size} bytes`)
const startedAt = Date.now()
for (let share = 0; share < 1; share = (Date.now() - startedAt) / MILLISECONDS) {
  const next = step(state)
  if (!next) continue
  const worse = next.size - state.size
  if (worse > 0 && Math.random() > Math.exp(-worse / (HEAT * (1 - share)))) continue
  state = next
  if (state.size < best.size) best = state
}
await save(best)
console.log(`${best.size} bytes`)

/** The tracker as it is served. */
async function build(order, names) {
  const bundle = await rollup(trackerInput(order, names))
  const { output } = await bundle.generate({ format: 'es' })
  await bundle.close()
  return output[0].code
}

/** What names.js says, or, where that suits an earlier source better or that alone, only which letters come first. */
async function asFound() {
  const said = await build(FUNCTIONS, NAMES).then(namesIn, () => [])
  const letters = [...new Set([...NAMES, ...LETTERS])]
  const byRank = namesIn(await build(FUNCTIONS, '')).map((name) => letters[name.slice(1)])
  const [first, second] = [said, byRank].map((names) => arranged(functions, names))
  const isSound = said.length > 0 && said.every((name, place) => name.length === 1 && isFree(place, said))
  return isSound && first.size <= second.size ? first : second
}

/** Of the functions that names.js puts in order, where each one stands. */
function functionsIn({ statements: [block] }) {
  return block.statements[0].declarationList.declarations
    .filter(({ initializer }) => initializer && ts.isArrowFunction(initializer))
    .map((declaration) => ({ start: declaration.getStart(), end: declaration.getEnd() }))
}

/** For each variable the others that may not share its name: those known around it that are used where it is known. */
function conflictsIn(root) {
  const scopes = scopesIn(root)
  const found = scopes.map(() => new Set())
  for (const [place, scope] of scopes.entries()) {
    for (const other of placesIn(scope)) {
      const isInner = scopes[other].pos > scope.pos || scopes[other].end < scope.end
      if (other === place || isInner) continue
      found[place].add(other)
      found[other].add(place)
    }
  }
  return found.map((set) => [...set])
}

/** For each variable where it is known. */
function scopesIn(root) {
  const scopes = []
  const look = (node) => {
    if (isDeclared(node)) scopes[placesIn(node)[0]] = ts.findAncestor(node.parent, isScope)
    ts.forEachChild(node, look)
  }
  look(root)
  return scopes
}

function isDeclared(node) {
  const { parent } = node
  const isDeclaration =
    parent && (ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isBindingElement(parent))
  return isDeclaration && parent.name === node && PLACE.test(node.text)
}

/** A function and its body are one: no variable of the one may be called like a parameter of the other. */
function isScope(node) {
  const { parent } = node
  if (ts.isBlock(node)) return !ts.isFunctionLike(parent) && !ts.isCatchClause(parent)
  return ts.isFunctionLike(node) || ts.isCatchClause(node) || ts.isIterationStatement(node, false)
}

function placesIn(node) {
  return Array.from(node.getText().matchAll(/\$(\d+)\$/g), ([, place]) => Number(place))
}

/** The name of each place in a text that is like ours otherwise. */
function namesIn(like) {
  const names = []
  let at = 0
  text.split(PLACE).forEach((part, i) => {
    if (i % 2 === 0) at += part.length
    else {
      const [name] = /^[\w$]+/.exec(like.slice(at))
      names[part] = name
      at += name.length
    }
  })
  return names
}

/** The parts of a text of functions in this order, the places in between. */
function arranged(order, names) {
  const all = order.map(({ start, end }) => text.slice(start, end)).join()
  const parts = (text.slice(0, functions[0].start) + all + text.slice(functions.at(-1).end)).split(PLACE)
  return named(order, parts, names)
}

function named(order, parts, names) {
  const code = parts.map((part, i) => (i % 2 ? names[part] : part)).join('')
  return { order, parts, names, size: brotliCompressSync(code).length }
}

/** Something else than that, but not much; nothing, where that would be no longer the same script. */
function step({ order, parts, names }) {
  const kind = Math.random()
  if (kind < 0.06) return arranged(moved(order), names)
  if (kind < 0.25) return named(order, parts, swapped(names, pick(LETTERS), pick(LETTERS)))
  const place = Math.floor(Math.random() * names.length)
  const next = [...names]
  if (kind < 0.45 && conflicts[place].length > 0) {
    const other = pick(conflicts[place])
    next[place] = names[other]
    next[other] = names[place]
    return isFree(place, next) && isFree(other, next) ? named(order, parts, next) : undefined
  }
  next[place] = Math.random() < 0.5 ? pick(names) : pick(LETTERS)
  return next[place] !== names[place] && isFree(place, next) ? named(order, parts, next) : undefined
}

function moved(order) {
  const next = [...order]
  const [one] = next.splice(Math.floor(Math.random() * next.length), 1)
  next.splice(Math.floor(Math.random() * order.length), 0, one)
  return next
}

function swapped(names, one, other) {
  return names.map((name) => (name === one ? other : name === other ? one : name))
}

function isFree(place, names) {
  return conflicts[place].every((other) => names[other] !== names[place])
}

function pick(list) {
  return list[Math.floor(Math.random() * list.length)]
}

/** The names in the order in which terser asks where the functions stand so. */
async function save({ order, parts, names, size }) {
  const ordered = order.map((each) => FUNCTIONS[functions.indexOf(each)])
  const places = (await build(ordered, PLACES)).split(PLACE)
  const asked = []
  for (let i = 1; i < parts.length; i += 2) asked[places[i]] = names[parts[i]]
  const built = brotliCompressSync(await build(ordered, asked)).length
  if (built !== size) throw new Error(`${size} bytes were expected, ${built} came out`)
  const lines = ordered.map((name) => `  '${name}',\n`).join('')
  writeFileSync(
    new URL('names.js', import.meta.url),
    `// The order of functions and the names that compress best, found by fit.js.
export const FUNCTIONS = [\n${lines}]
export const NAMES =
  '${asked.join('')}'
`,
  )
}
