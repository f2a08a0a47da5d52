/** The recipes of tracker/README.md, each against its tool where npm has it, else against the interface that it has published. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { bundle } from './support/bundle.ts'
import { useStage } from './support/stage.ts'

const stage = useStage()

const STUB =
  'window.braise = window.braise || function () { arguments.time = Date.now(); (braise.q = braise.q || []).push(arguments) }'

/** A tool, or what stands in for it: what it offers before the recipe, and what it does once somebody has chosen. */
interface Tool {
  name: string
  /** What the site serves of it, by path. */
  files?: () => Promise<Record<string, string>>
  /** Scripts. https://support.axeptio.eu, https://developers.didomi.io … */
  offers: string
  chooses: string
}

const TARTEAUCITRON = 'node_modules/tarteaucitronjs'
const TARTEAUCITRON_FILES = ['tarteaucitron.js', 'tarteaucitron.services.js', 'lang/tarteaucitron.en.js']

const TOOLS: Tool[] = [
  {
    name: 'tarteaucitron',
    files: async () =>
      Object.fromEntries(
        TARTEAUCITRON_FILES.map((name) => [`/${name}`, readFileSync(`${TARTEAUCITRON}/${name}`, 'utf8')]),
      ),
    offers: srcOf('/tarteaucitron.js'),
    chooses: inline(`tarteaucitron.init({ highPrivacy: true, useExternalCss: true })
    choose = (yes) => document.querySelector(yes ? '#tarteaucitronAllAllowed' : '#tarteaucitronAllDenied').click()`),
  },
  {
    name: 'Axeptio',
    offers: '',
    chooses: inline(`const heard = {}
    for (const callback of _axcb) callback({ on: (name, listener) => { heard[name] = listener } })
    choose = (yes) => heard['cookies:complete']({ braise: yes, other: true })`),
  },
  {
    name: 'Didomi',
    offers: inline(
      'let status; window.Didomi = { getUserStatusForVendor: (id) => (id === "c:braise" ? status : undefined) }',
    ),
    chooses: inline(`for (const callback of didomiOnReady) callback(Didomi)
    choose = (yes) => {
      status = yes
      for (const { event, listener } of didomiEventListeners) if (event === 'consent.changed') listener()
    }`),
  },
  {
    name: 'IAB TCF',
    files: async () => ({
      '/tcf-stub.js': await bundle('test/tracker/pages/tcf-stub.js'),
      '/tcf.js': await bundle('test/tracker/pages/tcf.js'),
    }),
    offers: srcOf('/tcf-stub.js'),
    chooses: srcOf('/tcf.js'),
  },
  {
    name: 'Google Consent Mode',
    offers: inline(`window.dataLayer = []
    function gtag() { dataLayer.push(arguments) }
    gtag('consent', 'default', { analytics_storage: 'denied' })`),
    chooses: inline(`dataLayer.push({ event: 'other' })
    choose = (yes) => gtag('consent', 'update', { analytics_storage: yes ? 'granted' : 'denied' })`),
  },
]

function inline(script: string): string {
  return `<script>${script}</script>`
}

function srcOf(path: string): string {
  return `<script src="${path}"></script>`
}

function recipeOf({ name }: Tool): string {
  const readme = readFileSync('tracker/README.md', 'utf8')
  const [, recipe] = new RegExp(`\\n${name}\\b[^\\n]*:\\n\\n\`\`\`js\\n([^\`]*)\`\`\``).exec(readme) ?? []
  if (!recipe) throw new Error(`The README has no recipe for ${name}`)
  return recipe
}

test.each(TOOLS)('$name grants and refuses, and before that nothing is stored or sent', async (tool) => {
  for (const [path, text] of Object.entries((await tool.files?.()) ?? {})) stage.serve(path, text)
  const scripts = inline(`var choose; ${STUB}`) + tool.offers + inline(recipeOf(tool)) + tool.chooses
  stage.serve('/', `<!doctype html><title>Home</title>${stage.tag('data-consent="required"')}<body>${scripts}</body>`)
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
