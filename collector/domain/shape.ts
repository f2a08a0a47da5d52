/** Holds a value against a JSON Schema and says in plain words, with its place, whatever is wrong with it. */

import { damerauLevenshtein } from './identity.ts'
import { nearestTo } from './nearest.ts'

/** The words of JSON Schema (2020-12) that are understood here. */
export interface Shape {
  $schema?: string
  title?: string
  $ref?: string
  $defs?: Record<string, Shape>
  /** The branch that applies is the first one whose required members are all there, or whose type is the value's; else the last. */
  anyOf?: Shape[]
  const?: boolean
  type?: 'string' | 'number' | 'integer' | 'array' | 'object'
  enum?: string[]
  pattern?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  exclusiveMinimum?: number
  maximum?: number
  items?: Shape
  minItems?: number
  maxItems?: number
  properties?: Record<string, Shape>
  required?: string[]
  additionalProperties?: Shape | false
  minProperties?: number
  maxProperties?: number
}

/** Something wrong at a place. */
export interface Fault {
  /** As people write it: `rules[3].when.path`. */
  path: string
  /** RFC 6901: `/rules/3/when/path` */
  pointer: string
  code: FaultCode
  message: string
}

export type FaultCode =
  | 'missing'
  | 'unknown'
  | 'type'
  | 'choice'
  | 'range'
  | 'empty'
  | 'long'
  | 'many'
  | 'deep'
  | 'pattern'
  | 'duplicate'
  | 'reference'
  | 'order'

export type Place = readonly (string | number)[]

/** Conditions within conditions beyond this are nobody's. */
const DEEPEST = 40
/** Nobody reads more, and a stranger's document must not make a long answer. */
const MOST_FAULTS = 100

export function faultsOf(value: unknown, root: Shape): Fault[] {
  const faults: Fault[] = []
  look(value, root, [])
  return faults

  function look(value: unknown, given: Shape, place: Place): void {
    if (faults.length >= MOST_FAULTS) return
    const shape = resolve(given, root, value)
    const tell = (code: FaultCode, message: string) => void faults.push(faultAt(place, code, message))
    if (place.length > DEEPEST) tell('deep', 'is nested too deep')
    else if (shape.const !== undefined) {
      if (value !== shape.const) tell('choice', `can only be ${shape.const}; leave it out otherwise`)
    } else if (!isOfType(value, shape.type)) tell('type', `must be ${NAMES[shape.type ?? 'object']}`)
    else if (typeof value === 'string') lookAtText(value, shape, tell)
    else if (typeof value === 'number') lookAtNumber(value, shape, tell)
    else if (Array.isArray(value)) lookAtItems(value, shape, place, tell)
    else lookAtMembers(value as Record<string, unknown>, shape, place, tell)
  }

  function lookAtItems(value: unknown[], shape: Shape, place: Place, tell: Tell): void {
    const { items, minItems = 0, maxItems = Number.POSITIVE_INFINITY } = shape
    if (value.length < minItems) tell('empty', 'needs at least one entry')
    else if (value.length > maxItems) tell('many', `has more than ${maxItems} entries`)
    else if (items) for (const [index, item] of value.entries()) look(item, items, [...place, index])
  }

  function lookAtMembers(value: Record<string, unknown>, shape: Shape, place: Place, tell: Tell): void {
    const { properties = {}, required = [], additionalProperties } = shape
    const { minProperties = 0, maxProperties = Number.POSITIVE_INFINITY } = shape
    const names = Object.keys(value)
    if (names.length < minProperties) tell('empty', 'needs at least one member')
    if (names.length > maxProperties) tell('many', `has more than ${maxProperties} members`)
    for (const name of required) {
      if (!Object.hasOwn(value, name)) faults.push(faultAt([...place, name], 'missing', 'is missing'))
    }
    for (const name of names) {
      const here = [...place, name]
      const known = Object.hasOwn(properties, name) ? properties[name] : additionalProperties
      if (known) look(value[name], known, here)
      else if (known === false) {
        faults.push(faultAt(here, 'unknown', `is not known here${meant(name, Object.keys(properties))}`))
      }
      if (!isCleanText(name)) faults.push(faultAt(place, 'pattern', 'has a name with characters that cannot be kept'))
    }
  }
}

export function faultAt(place: Place, code: FaultCode, message: string): Fault {
  const path = place.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('')
  const pointer = place.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
  return { path: path.replace(/^\./, ''), pointer, code, message }
}

/** `; did you mean "path"?`, if one of the names is near. */
export function meant(name: string, names: string[]): string {
  const near = nearestTo(name, names, 1).find((each) => damerauLevenshtein(each, name) <= Math.ceil(each.length / 3))
  if (near !== undefined) return `; did you mean "${near}"?`
  return names.length > 0 && names.length <= 20 ? `; known are ${names.join(', ')}` : ''
}

type Tell = (code: FaultCode, message: string) => void

function lookAtText(value: string, shape: Shape, tell: Tell): void {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY } = shape
  if (!isCleanText(value)) tell('pattern', 'has characters that cannot be kept')
  if (value.trim().length < minLength) tell('empty', 'must not be empty')
  else if (value.length > maxLength) tell('long', `is longer than ${maxLength} characters`)
  else if (shape.enum && !shape.enum.includes(value)) tell('choice', `must be one of ${shape.enum.join(', ')}`)
  else if (shape.pattern && !new RegExp(shape.pattern).test(value)) {
    tell('pattern', 'must begin with a letter and have only letters, digits, "_" and "-", 40 at most')
  }
}

function lookAtNumber(value: number, shape: Shape, tell: Tell): void {
  const { minimum = Number.NEGATIVE_INFINITY, exclusiveMinimum, maximum = Number.POSITIVE_INFINITY } = shape
  const isLow = value < minimum || (exclusiveMinimum !== undefined && value <= exclusiveMinimum)
  if (!isLow && value <= maximum) return
  const from = exclusiveMinimum === undefined ? `from ${minimum}` : `more than ${exclusiveMinimum}`
  tell('range', `must be ${from}${exclusiveMinimum === undefined ? '' : ' and'} up to ${maximum}`)
}

const NAMES = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  array: 'a list',
  object: 'an object',
}

function isOfType(value: unknown, type: Shape['type']): boolean {
  if (type === 'array') return Array.isArray(value)
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value)
  if (type === 'integer') return Number.isInteger(value)
  return type === 'number' ? Number.isFinite(value) : typeof value === type
}

function resolve(shape: Shape, root: Shape, value: unknown): Shape {
  if (shape.$ref) return resolve(root.$defs?.[shape.$ref.slice('#/$defs/'.length)] ?? {}, root, value)
  if (!shape.anyOf) return shape
  const branches = shape.anyOf.map((branch) => resolve(branch, root, value))
  const fits = ({ type, required = [] }: Shape) =>
    isOfType(value, type) && required.every((name) => Object.hasOwn(value as object, name)) && required.length > 0
  return (
    branches.find(fits) ?? branches.find(({ type }) => isOfType(value, type) && type !== 'object') ?? last(branches)
  )
}

function last(shapes: Shape[]): Shape {
  return shapes[shapes.length - 1] as Shape
}

/** No database keeps NUL characters and halves of pairs. */
function isCleanText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}
