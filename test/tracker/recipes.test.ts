/** The recipes of tracker/README.md, each against the interface that its tool has published. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { useStage } from './support/stage.ts'

const stage = useStage()

const STUB = 'window.braise = window.braise || function () { (braise.q = braise.q || []).push(arguments) }'

/** What stands in for a tool: what it offers before the recipe, and what it does once somebody has chosen. */
interface Tool {
  name: string
  /** https://tarteaucitron.io, https://support.axeptio.eu, https://developers.didomi.io … */
  offers: string
  chooses: string
}

const TOOLS: Tool[] = [
  {
    name: 'tarteaucitron',
    offers: 'window.tarteaucitron = { services: {} }',
    chooses: `choose = (yes) => {
      if (!tarteaucitron.job.includes('braise')) throw new Error('not a job')
      if (yes) tarteaucitron.services.braise.js()
      document.dispatchEvent(new Event(yes ? 'braise_allowed' : 'braise_disallowed'))
    }`,
  },
  {
    name: 'Axeptio',
    offers: '',
    chooses: `const heard = {}
    for (const callback of _axcb) callback({ on: (name, listener) => { heard[name] = listener } })
    choose = (yes) => heard['cookies:complete']({ braise: yes, other: true })`,
  },
  {
    name: 'Didomi',
    offers: 'let status; window.Didomi = { getUserStatusForVendor: (id) => (id === "c:braise" ? status : undefined) }',
    chooses: `for (const callback of didomiOnReady) callback(Didomi)
    choose = (yes) => {
      status = yes
      for (const { event, listener } of didomiEventListeners) if (event === 'consent.changed') listener()
    }`,
  },
  {
    name: 'IAB TCF',
    offers: `let told
    window.__tcfapi = (command, version, callback) => {
      told = (eventStatus, yes) => callback({ eventStatus, gdprApplies: true, purpose: { consents: { 1: yes, 5: yes } } }, true)
      told('cmpuishown', false)
    }`,
    chooses: `choose = (yes) => told('useractioncomplete', yes)`,
  },
  {
    name: 'Google Consent Mode',
    offers: `window.dataLayer = []
    function gtag() { dataLayer.push(arguments) }
    gtag('consent', 'default', { analytics_storage: 'denied' })`,
    chooses: `dataLayer.push({ event: 'other' })
    choose = (yes) => gtag('consent', 'update', { analytics_storage: yes ? 'granted' : 'denied' })`,
  },
]

function recipeOf({ name }: Tool): string {
  const readme = readFileSync('tracker/README.md', 'utf8')
  const [, recipe] = new RegExp(`\\n${name}\\b[^\\n]*:\\n\\n\`\`\`js\\n([^\`]*)\`\`\``).exec(readme) ?? []
  if (!recipe) throw new Error(`The README has no recipe for ${name}`)
  return recipe
}

test.each(TOOLS)('$name grants and refuses, and before that nothing is stored or sent', async (tool) => {
  const script = `let choose; ${STUB}; ${tool.offers};\n${recipeOf(tool)};\n${tool.chooses}`
  const tag = stage.tag('data-consent="required"')
  stage.serve('/', `<!doctype html><title>Home</title><script>${script}</script>${tag}`)
  const page = await stage.visit('/')
  await page.waitForTimeout(1200) // Longer than the tracker waits for a title and for company.
  expect(stage.received).toEqual([])
  expect(await stage.stored(page)).toEqual({})

  await page.evaluate('choose(true)')
  await stage.expect('page')
  expect(stage.events('consent').map(({ choice }) => choice)).toEqual(['granted'])

  await page.evaluate('choose(false)')
  expect((await stage.expect('consent', 2)).map(({ choice }) => choice)).toEqual(['granted', 'denied'])
  expect(await stage.stored(page)).toEqual({ 'braise.acme.consent': 'denied' })
})
