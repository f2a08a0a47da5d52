import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { dictionary } from '../../dashboard/words.ts'

/** No page asks for these, or has words of its own for them. */
const OF_PROGRAMS = [
  'A token has no password',
  'This is not your present password',
  'This address is of a lead: ask for the lead',
  'This may only be done from the dashboard itself',
]

const NO_BUTTON = new Set(['browsers.mergeOf', 'conditions.edit.traitOf', 'rules.preview.weekOf'])

type Text = string | ((...values: never[]) => string)

test('every text exists in both languages, with the same parameters', () => {
  const english = textsOf(dictionary.en)
  const french = textsOf(dictionary.fr)
  expect([...french.keys()]).toEqual([...english.keys()])
  for (const [key, text] of english) {
    const other = french.get(key)
    expect(typeof other, key).toBe(typeof text)
    if (typeof text === 'function') expect((other as typeof text).length, key).toBe(text.length)
    expect(spoken(text), key).not.toBe('')
    expect(spoken(other as Text), key).not.toBe('')
  }
})

test('a text with parameters says them in both languages', () => {
  for (const words of Object.values(dictionary)) {
    expect(words.leads.moved('Ada', 62, 3)).toMatch(/Ada.*62.*3/)
    expect(words.lead.cools('MQL', '5 May', 'soon')).toMatch(/MQL.*5 May.*soon/)
  }
})

test('French counts nought as one, English as many', () => {
  expect(dictionary.en.lead.visitors(0)).toContain('0 browsers')
  expect(dictionary.fr.lead.visitors(0)).toContain('0 navigateur')
  expect(dictionary.fr.lead.visitors(0)).not.toContain('navigateurs')
  expect(dictionary.fr.lead.visitors(2)).toContain('2 navigateurs')
})

test('a button that says of what it is is found by what it shows', () => {
  for (const words of Object.values(dictionary)) {
    const texts = textsOf(words)
    const named = [...texts].filter(([key]) => key.endsWith('Of') && texts.has(key.slice(0, -2)) && !NO_BUTTON.has(key))
    expect(named.length).toBeGreaterThan(10)
    for (const [key, text] of named) {
      const shown = spoken(texts.get(key.slice(0, -2)) as Text)
      expect(spoken(text).toLowerCase(), key).toContain(shown.toLowerCase())
    }
  }
})

test('what the server refuses of what users may try is said in French too', () => {
  const source = readdirSync('collector/http').map((file) => readFileSync(`collector/http/${file}`, 'utf8'))
  const refusals = source.join('\n').matchAll(/problem\(\s*4(?:03|09|12),\s*(['`])(.+?)\1/g)
  const said = [...refusals].map(([, , message]) => message ?? '').filter((message) => !OF_PROGRAMS.includes(message))
  expect(said.length).toBeGreaterThan(10)
  const lines = [
    '"acme" is not an origin such as https://www.example.com',
    '"www.example.com" needs https:// before it, or http://',
    '"a b" is not a host such as staging.example.com',
  ]
  for (const message of [...said, ...lines])
    expect(dictionary.fr.page.trouble.said(message), message).not.toContain('Le serveur répond')
  expect(dictionary.fr.page.trouble.said(lines[0] ?? '')).toBe(
    '« acme » n’est pas une origine comme https://www.example.com',
  )
})

function textsOf(words: object, path = ''): Map<string, Text> {
  const texts = new Map<string, Text>()
  for (const [name, value] of Object.entries(words).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (typeof value === 'object') for (const [key, text] of textsOf(value, `${path}${name}.`)) texts.set(key, text)
    else texts.set(path + name, value)
  }
  return texts
}

function spoken(text: Text): string {
  return typeof text === 'function' ? (text as (...values: unknown[]) => string)('one', 'two', 'three') : text
}
