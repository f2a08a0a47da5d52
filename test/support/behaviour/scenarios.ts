import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import type { Grounds } from './grounds.ts'
import { EMAIL, PASSWORD } from './pages.ts'

/** What a tracker should get right, played with a real browser. */
export interface Scenario {
  name: string
  /** What is right, in a few words. */
  right: string
  play(grounds: Grounds): Promise<Verdict>
}

export interface Verdict {
  isRight: boolean
  /** What happened, in a few words; empty where it is only what is right. */
  what: string
}

/** For a browser to render a page ahead, if it does that at all. */
const AHEAD_WITHIN = 10_000
/** Where the browser itself cannot do what the scenario is about, the page is told that it did. */
const ONLY_TOLD = 'the browser pretended'
/** A collector that is started anew. */
const OUTAGE = 5000
/** Longer than anybody's first retry, and shorter than a visitor's patience with a page. */
const RECOVERY = 15_000

export const scenarios: Scenario[] = [
  {
    name: 'First load',
    right: 'one view, no preflight',
    async play(grounds) {
      await grounds.visit('/')
      const { isRight, what } = await judge(grounds, ['/'])
      const requests = `${grounds.arrivals.length} × request, ${grounds.preflights} × preflight`
      return { isRight: isRight && grounds.preflights === 0, what: isRight ? requests : what }
    },
  },
  {
    name: '`pushState` to another path',
    right: 'a view',
    async play(grounds) {
      const page = await grounds.visit('/')
      await page.evaluate(() => history.pushState(null, '', '/one'))
      return judge(grounds, ['/', '/one'])
    },
  },
  {
    name: '`replaceState` of the query',
    right: 'no view',
    async play(grounds) {
      const page = await grounds.visit('/')
      await page.evaluate(() => history.replaceState(null, '', '/?sort=price'))
      return judge(grounds, ['/'])
    },
  },
  {
    name: '`pushState` of the same address',
    right: 'no view',
    async play(grounds) {
      const page = await grounds.visit('/')
      await page.evaluate(() => history.pushState({ step: 2 }, '', location.href))
      return judge(grounds, ['/'])
    },
  },
  {
    name: 'Back button in an SPA',
    right: 'a view',
    async play(grounds) {
      const page = await grounds.visit('/')
      await page.evaluate(() => history.pushState(null, '', '/one'))
      await grounds.until(() => grounds.views.includes('/one'), grounds.patience)
      const before = grounds.views
      await page.evaluate(() => history.back())
      // Judged alone: whether the `pushState` counted is another row.
      return judge(grounds, [...before, '/'])
    },
  },
  {
    name: 'Click on an `#anchor`',
    right: 'no view',
    async play(grounds) {
      const page = await grounds.visit('/anchors')
      await page.click('a')
      return judge(grounds, ['/anchors'])
    },
  },
  {
    name: 'Back by the back-forward cache',
    right: 'a view',
    async play(grounds) {
      const page = await grounds.visit('/')
      await page.evaluate(() => Reflect.set(window, 'kept', true))
      await page.goto(`${grounds.siteUrl}/other`)
      await grounds.quiet()
      // A restored page loads nothing: Playwright would wait for its `load` in vain.
      await page.goBack({ waitUntil: 'commit' })
      await grounds.quiet()
      if (await page.evaluate(() => Reflect.has(window, 'kept'))) return judge(grounds, ['/', '/', '/other'])
      // This browser, or this tracker's page, has no such cache and was loaded again: it is told that it had.
      await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })))
      return judge(grounds, ['/', '/', '/', '/other'], ONLY_TOLD)
    },
  },
  {
    name: 'Page rendered ahead',
    right: 'a view once shown',
    async play(grounds) {
      await grounds.openAlone('/ahead', false)
      const isAhead = await grounds.until(() => grounds.unseen.has('/rendered-ahead'), AHEAD_WITHIN)
      const show = isAhead ? () => grounds.cue() : await grounds.pretendUnseen('/rendered-ahead')
      const early = await judge(grounds, ['/ahead'])
      if (!early.isRight) return { isRight: false, what: `${early.what} before it was shown` }
      await show()
      return judge(grounds, ['/ahead', '/rendered-ahead'], isAhead ? '' : ONLY_TOLD)
    },
  },
  {
    name: 'Tab in the background',
    right: 'a view once seen',
    async play(grounds) {
      const bringToFront = await grounds.openAlone('/background', true)
      const isHidden = grounds.unseen.has('/background')
      const before = isHidden ? [] : grounds.views
      const show = isHidden ? bringToFront : await grounds.pretendUnseen('/background')
      const early = await judge(grounds, before)
      if (!early.isRight) return { isRight: false, what: `${early.what} before it was seen` }
      await show()
      return judge(grounds, [...before, '/background'], isHidden ? '' : ONLY_TOLD)
    },
  },
  {
    name: 'Form that the browser sends',
    right: 'the e-mail, not the password',
    async play(grounds) {
      const page = await fillForm(grounds, '/native-form')
      await page.waitForURL('**/thanks')
      return judgeForm(grounds)
    },
  },
  {
    name: 'Form that the page sends (AJAX)',
    right: 'the e-mail, not the password',
    async play(grounds) {
      const page = await fillForm(grounds, '/ajax-form')
      if (!(await isSoon(page.getByText('Thank you').waitFor({ timeout: grounds.patience })))) {
        return { isRight: false, what: 'the form no longer works' }
      }
      return judgeForm(grounds)
    },
  },
  {
    name: '503 for five seconds',
    right: 'the view arrives later, once',
    async play(grounds) {
      grounds.refusing = true
      const page = await grounds.load('/')
      await sleep(OUTAGE)
      const refused = grounds.arrivals.some((arrival) => grounds.read(arrival).some(({ kind }) => kind === 'view'))
      grounds.refusing = false
      const since = Date.now()
      if (await grounds.until(() => grounds.views.includes('/'), RECOVERY)) {
        const seconds = Math.ceil((Date.now() - since) / 1000)
        return judge(grounds, ['/'], `within ${seconds} s`)
      }
      await page.goto(`${grounds.siteUrl}/next`)
      await grounds.until(() => grounds.views.includes('/'), RECOVERY)
      if (!grounds.views.includes('/')) return { isRight: false, what: refused ? 'lost' : 'never sent' }
      return judge(grounds, ['/', '/next'], 'on the next page')
    },
  },
]

async function fillForm(grounds: Grounds, path: string): Promise<Page> {
  const page = await grounds.visit(path)
  await page.fill('[name=email]', EMAIL)
  await page.fill('[name=company]', 'Analytical')
  await page.fill('[name=password]', PASSWORD)
  await page.click('button')
  return page
}

function isSoon(wait: Promise<void>): Promise<boolean> {
  return wait.then(
    () => true,
    () => false,
  )
}

/** @param how what is worth telling even where it is right */
async function judge(grounds: Grounds, wanted: string[], how = ''): Promise<Verdict> {
  await grounds.until(() => without(wanted, grounds.views).length === 0, grounds.patience)
  await grounds.quiet()
  const missed = without(wanted, grounds.views)
  const surplus = without(grounds.views, wanted)
  if (missed.length > 0) return { isRight: false, what: 'not counted' }
  if (surplus.length > 0)
    return { isRight: false, what: surplus.length > 1 ? `counted ${surplus.length} ×` : 'counted' }
  return { isRight: true, what: how }
}

async function judgeForm(grounds: Grounds): Promise<Verdict> {
  await grounds.until(() => grounds.forms.length > 0, grounds.patience)
  await grounds.quiet()
  if (grounds.wasSent(PASSWORD)) return { isRight: false, what: 'the password is sent' }
  const { forms } = grounds
  if (forms.length === 0) return { isRight: false, what: grounds.wasSent(EMAIL) ? 'no event' : 'nothing' }
  if (forms.length > 1) return { isRight: false, what: `${forms.length} events` }
  return forms[0]?.text?.includes(EMAIL) ? { isRight: true, what: '' } : { isRight: false, what: 'event, no e-mail' }
}

/** What of a list is not in another, each as often as it is missing there. */
function without(list: string[], other: string[]): string[] {
  const rest = [...other]
  return list.filter((each) => {
    const index = rest.indexOf(each)
    if (index >= 0) rest.splice(index, 1)
    return index < 0
  })
}
