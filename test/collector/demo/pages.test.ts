import { Window } from 'happy-dom'
import { expect, test } from 'vitest'
import { pages } from '../../../collector/demo/journeys.ts'
import { findAsset, renderPage } from '../../../collector/demo/pages.ts'

const paths = Object.keys(pages) as (keyof typeof pages)[]

function open(path: string) {
  const html = renderPage(path)
  if (html === undefined) throw new Error(`No page at ${path}`)
  const window = new Window({ settings: { disableJavaScriptFileLoading: true, disableCSSFileLoading: true } })
  return { html, document: new window.DOMParser().parseFromString(html, 'text/html') }
}

test('what is no page is not rendered', () => {
  for (const path of ['/demo', '/demo/nothing', '/demo/layout', '/demo/../pages', '/demo/base.css', '/']) {
    expect(renderPage(path), path).toBeUndefined()
  }
})

test('a file outside the site is never found', () => {
  for (const path of ['/demo/../pages.ts', '/demo/%2e%2e/pages.ts', '/demo/layout.html', '/demo/toString']) {
    expect(findAsset(path), path).toBeUndefined()
  }
})

test.each(paths)('%s is a whole page with the tracker, as a site owner would paste it', (path) => {
  const { html, document } = open(path)
  expect(html.startsWith('<!doctype html>')).toBe(true)
  expect(html).not.toContain('<!--')
  expect(html).toContain('<script defer src="/braise.js" data-site="default"></script>')
  expect(document.title).toBe(pages[path].title)
  expect(document.querySelectorAll('h1')).toHaveLength(1)
  expect(document.querySelector('form[data-braise-name="newsletter"]')).not.toBeNull()
})

test.each(paths)('%s keeps to a strict content security policy', (path) => {
  const { document } = open(path)
  expect(document.querySelectorAll('style, script:not([src]), [style]')).toHaveLength(0)
  for (const element of document.querySelectorAll('*')) {
    expect([...element.attributes].filter(({ name }) => name.startsWith('on'))).toEqual([])
  }
})

test.each(paths)('every link, picture and script of %s leads somewhere', (path) => {
  const { document } = open(path)
  const targets = [...document.querySelectorAll('[href], [src]')].map(
    (element) => element.getAttribute('href') ?? element.getAttribute('src') ?? '',
  )
  for (const target of targets.filter((target) => !['/', '#main', '/braise.js'].includes(target))) {
    expect(renderPage(target) ?? findAsset(target), target).toBeDefined()
  }
})

test.each(paths)('every field of %s has a label', (path) => {
  const { document } = open(path)
  for (const field of document.querySelectorAll('input, select, textarea')) {
    expect(field.closest('label')?.textContent?.trim(), field.outerHTML).toBeTruthy()
  }
})

test('the menu shows which page is open', () => {
  const current = [...open('/demo/pricing').document.querySelectorAll('header [aria-current="page"]')]
  expect(current.map((link) => link.textContent)).toEqual(['Pricing'])
})
