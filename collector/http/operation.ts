/** What the API's document says of a route, and in which words. */
import type { Role } from '../domain/access.ts'
import { STAGES } from '../domain/history.ts'

/** A JSON Schema. */
export type Schema = Record<string, unknown>

export interface Operation {
  about: string
  /** The least role that may; `all sites`: an admin of all of them. */
  for: 'anyone' | Role | 'all sites'
  /** Names of `PARAMETERS`. */
  query?: (keyof typeof PARAMETERS)[]
  body?: { needed: Record<string, Schema>; optional?: Record<string, Schema> }
  /** 200 where it is not said. */
  status?: 201 | 202 | 204
  /** What the JSON of the answer has; or the kinds of files that it may be. */
  gives?: string[]
  files?: string[]
  /** Refusals of its own, beside those that every route knows. */
  refuses?: Record<number, string>
}

export const text = (about: string, maxLength?: number): Schema => ({ type: 'string', description: about, maxLength })
export const choice = (about: string, values: readonly unknown[]): Schema => ({ enum: values, description: about })
export const truth = (about: string): Schema => ({ type: 'boolean', description: about })
export const texts = (about: string): Schema => ({ type: 'array', items: { type: 'string' }, description: about })
export const days = (about: string): Schema => ({ type: 'integer', minimum: 1, description: `Days that ${about} kept` })
export const millis = (about: string): Schema => ({
  type: 'integer',
  description: `${about}, in milliseconds since 1970`,
})

export const PARAMETERS = {
  site: text('The key of a site; absent: the first one that you see'),
  limit: { type: 'integer', minimum: 1, maximum: 100, default: 50, description: 'How many at most' },
  cursor: text('The `next` of the list before'),
  stage: choice('One list of leads; absent: all who are worth calling, ranked', [...STAGES, 'quarantined', 'spam']),
  q: text('Beginnings of words of name, company, e-mail and domain; one of them has three letters or more'),
  owner: text('Those of whom this user is the owner'),
  sort: choice('There is one order', ['rank']),
  at: millis('As of then'),
  version: { type: 'integer', description: 'A version of the rules; absent: the live one' },
  state: choice('Those who wait for an answer, or those who have one', ['waiting', 'answered']),
  format: choice('Of the file', ['json', 'csv']),
  action: text('Of this action'),
  actor: text('By this user or token'),
} satisfies Record<string, Schema>

/** What every list gives. */
export const LIST = ['items', 'next']
