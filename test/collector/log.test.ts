import { expect, test } from 'vitest'
import { createLog, describe } from '../../collector/log.ts'

test('of an error the log keeps its kind, code and place, and nothing that somebody sent', () => {
  const detail = 'Key (email)=(ada@analytical.example) already exists.'
  const cause = Object.assign(new Error('duplicate key value violates unique constraint "lead_by_email"'), {
    ...{ code: '23505', table: 'lead', constraint: 'lead_by_email', detail },
  })
  const error = new Error('ada@analytical.example came from 192.0.2.7 and 2001:db8::7', { cause })
  const kept = describe(error)
  expect(kept).toMatchObject({ type: 'Error', cause: { code: '23505', table: 'lead', constraint: 'lead_by_email' } })
  expect((kept.stack as string[])[0]).toContain('log.test.ts')
  expect(JSON.stringify(kept)).not.toMatch(/ada|192\.|2001:/)
})

test('what could not be parsed is not repeated', () => {
  for (const text of ['ada@analytical.example', '{"email":"ada@analytical.example', "{'ada': 1}"]) {
    try {
      JSON.parse(text)
    } catch (error) {
      expect(JSON.stringify(describe(error))).not.toMatch(/ada|analytical/)
    }
  }
  expect.assertions(3)
})

test('errors whose causes go round in a ring are described all the same', () => {
  const error = new Error('first')
  error.cause = error
  expect(JSON.stringify(describe(error))).toContain('first')
})

test('a log that goes nowhere can be asked for', () => {
  expect(createLog(null).isLevelEnabled('error')).toBe(false)
})
