// @vitest-environment happy-dom
import { render } from 'preact'
import { expect, test } from 'vitest'
import { WebLink } from '../../dashboard/link.tsx'

const drawn = (address: string) => {
  const place = document.createElement('div')
  render(<WebLink address={address}>{address}</WebLink>, place)
  return place
}

test('an address of the web becomes a link that tells the site nothing', () => {
  const link = drawn('https://acme.example/pricing?a=1').querySelector('a')
  expect(link?.href).toBe('https://acme.example/pricing?a=1')
  expect(link?.rel).toBe('noreferrer noopener')
  expect(link?.target).toBe('_blank')
  expect(drawn('http://acme.example/').querySelector('a')).not.toBeNull()
})

test.each([
  'javascript:alert(1)',
  ' javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'data:text/html,<b>hello</b>',
  'vbscript:x',
  'file:///etc/passwd',
  'ftp://acme.example',
  '/pricing',
  'not an address',
  '',
])('%j stays text', (address) => {
  const place = drawn(address)
  expect(place.querySelector('a')).toBeNull()
  expect(place.textContent).toBe(address)
})

test('markup in what a visitor sent is text', () => {
  const place = drawn('<img src=x onerror=alert(1)>')
  expect(place.querySelector('img')).toBeNull()
  expect(place.textContent).toBe('<img src=x onerror=alert(1)>')
})
