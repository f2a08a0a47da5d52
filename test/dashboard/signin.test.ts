import { expect, test } from 'vitest'
import { wayBack } from '../../dashboard/signin.tsx'

const back = (wish: string) => wayBack(new URL(`https://stats.example.com/sign-in?back=${encodeURIComponent(wish)}`))

test('signing in leads back to the page one came from', () => {
  expect(back('/leads/1?site=acme')).toBe('/leads/1?site=acme')
  expect(wayBack(new URL('https://stats.example.com/sign-in'))).toBe('/')
})

test.each(['https://evil.example/', '//evil.example/', '/\\evil.example/', 'javascript:alert(1)'])(
  'signing in never leads to %s',
  (wish) => expect(back(wish)).toBe('/'),
)
