import { createHook } from 'node:async_hooks'
import { expect, test } from 'vitest'
import { Busy, hashPassword, isPassword } from '../../collector/password.ts'

test('at most two passwords are worked out at once, and those who would wait too long are told so', {
  timeout: 120_000,
}, async () => {
  const running = new Set<number>()
  let most = 0
  const hook = createHook({
    init(id, type) {
      if (type !== 'SCRYPTREQUEST') return
      running.add(id)
      most = Math.max(most, running.size)
    },
    before: (id) => void running.delete(id),
  }).enable()
  const results = await Promise.allSettled(Array.from({ length: 19 }, (_, i) => hashPassword(`password ${i}`)))
  hook.disable()
  expect(most).toBe(2)
  const refused = results.filter((result) => result.status === 'rejected')
  expect(refused).toMatchObject([{ reason: expect.any(Busy) }])
  const [first] = results
  expect(await isPassword('password 0', first?.status === 'fulfilled' ? first.value : '')).toBe(true)
})

test('a password of letters with marks is the same however they are typed', async () => {
  const hash = await hashPassword('caf\u00e9 cr\u00e8me')
  expect(await isPassword('cafe\u0301 cre\u0300me', hash)).toBe(true)
  expect(await isPassword('cafe creme', hash)).toBe(false)
  expect(await isPassword('', undefined)).toBe(false)
})
