import type { Page } from 'playwright-core'
import { expect, test, vi } from 'vitest'
import { useStage } from './support/stage.ts'

const stage = useStage()
const FORM = '<form onsubmit="return false"><input name="email" value="ada@example.com"><button>Send</button></form>'

/** Opens a page with `data-debug`. @returns the page, and what it is told in the console, as it grows */
async function visitTalking(attributes = ''): Promise<{ page: Page; words: string[] }> {
  stage.serve('/', stage.html('Home', FORM, `data-debug ${attributes}`))
  const page = await stage.context.newPage()
  const words: string[] = []
  page.on('console', (line) => words.push(line.text()))
  await page.goto(stage.siteUrl)
  await vi.waitFor(() => expect(words[0]).toBe('Braise watches this page for the site "acme".'), { timeout: 10_000 })
  return { page, words }
}

const says = (words: string[], what: string) =>
  vi.waitFor(() => expect(words.join('\n')).toContain(what), { timeout: 10_000 })

test('with data-debug the owner reads what is sent, by the names of the fields, and that it was heard', async () => {
  const { page, words } = await visitTalking()
  await says(words, `Braise sends a page view of ${stage.siteUrl}/.`)
  await page.click('button')
  await says(words, 'Braise sends the form "form" with email.')
  await says(words, 'Braise was heard: the events are stored.')
})

test('with data-debug the owner reads of calls that there are not, whatever they are called', async () => {
  const { page, words } = await visitTalking()
  for (const name of ['nonsense', 'track it']) {
    await page.evaluate((word) => window.braise?.(word), name)
    await says(words, `Braise sends "${name}", which the collector does not know.`)
    await page.evaluate((word) => window.braise?.('consent', word), name)
    await says(words, `Braise sends that consent was ${name}.`)
  }
  expect(await stage.stored(page)).not.toHaveProperty(['braise.acme.consent'])
  await stage.settle(page)
})

test('with data-debug the owner reads why nothing is sent', async () => {
  const { words } = await visitTalking('data-consent="required"')
  await says(words, 'Braise sends nothing, because consent is required and not given yet.')
})

test('with data-debug the owner reads that the collector does not know the site', async () => {
  stage.answers = [{ status: 404 }]
  const { words } = await visitTalking()
  await says(words, 'Braise was turned away: the collector knows no site "acme".')
})

test('a page that goes away says once how long it was read, though it is told twice', async () => {
  const page = await stage.visit('/')
  await stage.settle(page)
  await page.goto(`${stage.siteUrl}/other`)
  await stage.expect('engage')
  await stage.settle(page)
  const [first] = stage.events('page')
  expect(stage.events('engage').filter(({ pageId }) => pageId === first?.pageId)).toHaveLength(1)
})

test('a batch of an earlier tracker is listed, and what there are no words for is posted all the same', async () => {
  const { page, words } = await visitTalking()
  const posted: (string | null)[] = []
  await page.route('**/earlier', (route) => {
    posted.push(route.request().postData())
    return route.fulfill({ status: 202, body: '{"accepted":1,"rejected":[]}' })
  })
  const post = (body: string) =>
    page.evaluate((text) => fetch('/earlier', { method: 'POST', body: text }).then(() => {}), body)
  const events = [
    { type: 'engage', visibleMs: 4000 },
    { type: 'link', href: 'https://mill.example/' },
    { type: 'form' },
  ]
  await post(JSON.stringify({ site: 'acme', events }))
  await says(words, 'Braise sends that the page was read for 4 s.')
  await says(words, 'Braise sends a click on the link to https://mill.example/.')
  await says(words, 'Braise sends the form "form" with none of its fields.')
  await post('{"site":"acme"}\nnull')
  expect(posted).toHaveLength(2)
})
