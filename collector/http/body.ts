/** JSON bodies of the API: unknown input becomes a typed value here, or a problem that names the member. */
import { bodyLimit } from 'hono/body-limit'
import { validator } from 'hono/validator'
import { problem } from './problem.ts'

/** Ten times the default rules, which are the longest there is to say. */
const LARGEST_BODY = 512 * 1024
const LONGEST_TEXT = 500
const MOST_ITEMS = 200

/** A body is read into memory before anybody asks who sends it. */
export const refuseLargeBodies = bodyLimit({
  maxSize: LARGEST_BODY,
  onError: () => Promise.reject(problem(413, 'The body is larger than 512 KiB')),
})

/** Checks a JSON body; `c.req.valid('json')` is what `check` made of it. */
export function bodyOf<T>(check: (body: Record<string, unknown>) => T) {
  return validator('json', (input: unknown): T => {
    if (typeof input !== 'object' || input === null || Array.isArray(input))
      throw problem(422, 'The body is not an object')
    return check(input as Record<string, unknown>)
  })
}

export function optional<T>(input: unknown, check: (input: unknown) => T): T | undefined {
  return input === undefined ? undefined : check(input)
}

export function shortText(input: unknown, name: string, longest = LONGEST_TEXT): string {
  if (typeof input !== 'string' || input.trim() === '') throw problem(422, `${name} must be a text`)
  if (input.length > longest) throw problem(422, `${name} is longer than ${longest} characters`)
  if (input.includes('\0') || !input.isWellFormed()) throw problem(422, `${name} has characters that cannot be kept`)
  return input.trim()
}

export function listOfTexts(input: unknown, name: string): string[] {
  if (input === undefined) return []
  if (!Array.isArray(input) || input.length > MOST_ITEMS) throw problem(422, `${name} must be a list of texts`)
  return [...new Set(input.map((item) => shortText(item, name)))]
}

export function truthOf(input: unknown, name: string): boolean {
  if (typeof input !== 'boolean') throw problem(422, `${name} is true or false`)
  return input
}
