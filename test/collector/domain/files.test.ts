import { expect, test } from 'vitest'
import { nameOfLink } from '../../../collector/domain/links.ts'

const PAGE = 'https://acme.example/resources'

test('a link fetches a file, leads away, or leads to a page that tells of itself', () => {
  const named = (href: string, isDownload?: boolean) => nameOfLink(href, PAGE, isDownload)
  expect(named('https://acme.example/guide.pdf', false)).toBe('File Downloaded')
  expect(named('https://cdn.example/guide.PDF', false)).toBe('File Downloaded')
  expect(named('https://acme.example/report.html', true)).toBe('File Downloaded')
  expect(named('https://acme.example/export', true)).toBe('File Downloaded')
  expect(named('https://other.example/', false)).toBe('Link Clicked')
  expect(named('mailto:ada@acme.example', false)).toBe('Link Clicked')
  for (const path of ['about.html', 'index.php', 'cart.jsp', 'v1.20', 'start.do'])
    expect(named(`https://acme.example/${path}`, false), path).toBeUndefined()
})

test('an older tracker, which does not say whether a link is a download, tells of own pages only where it is', () => {
  expect(nameOfLink('https://acme.example/export', PAGE)).toBe('File Downloaded')
  expect(nameOfLink('https://other.example/export', PAGE)).toBe('Link Clicked')
})
