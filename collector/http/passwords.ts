import { SHORTEST_PASSWORD } from '../config.ts'
import { Busy } from '../password.ts'
import { problem } from './problem.ts'

const LONGEST_PASSWORD = 200

export function passwordOf(input: unknown): string {
  if (typeof input !== 'string' || input.length === 0 || input.length > LONGEST_PASSWORD) {
    throw problem(422, 'password must be a text')
  }
  return input
}

export function newPasswordOf(input: unknown): string {
  const password = passwordOf(input)
  if (password.length >= SHORTEST_PASSWORD) return password
  throw problem(422, `The password must have at least ${SHORTEST_PASSWORD} characters`)
}

export function tellBusy(error: unknown): never {
  throw error instanceof Busy ? problem(503, 'Too many sign in at once; try again in a moment') : error
}
