import { expect, test } from 'vitest'
import { pageToAsk } from '../../dashboard/ignore.tsx'

test.each([
  ['www.example.com', 'https://www.example.com/#braise-ignore'],
  [' http://example.com/shop ', 'http://example.com/shop#braise-ignore'],
  ['localhost:3000/demo/', 'http://localhost:3000/demo/#braise-ignore'],
  ['localhost.example.com', 'https://localhost.example.com/#braise-ignore'],
])('%j is asked at %s', (address, page) => expect(pageToAsk(address, 'ignore')?.href).toBe(page))

test('what is no web address is not opened', () => {
  expect(pageToAsk('', 'ignore')).toBeNull()
  expect(pageToAsk('two words', 'ignore')).toBeNull()
  expect(pageToAsk('javascript:alert(1)', 'ignore')).toBeNull()
})
