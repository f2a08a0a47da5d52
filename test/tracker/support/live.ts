import type { Browser, BrowserContext, LaunchOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from 'vitest'
import { launchBrowser } from '../../support/browser.ts'
import { AS_A_PERSON } from '../../support/client.ts'
import { PATIENCE } from '../../support/patience.ts'
import { Wired } from './wired.ts'

/** With Chromium between the website and the collector. */
export class Live extends Wired {
  browser!: Browser
  context!: BrowserContext
  /** Errors of the pages, and every line in their consoles. */
  complaints: string[] = []

  override async open(options: LaunchOptions = {}): Promise<void> {
    await super.open()
    this.browser = await launchBrowser({ ...AS_A_PERSON, ...options })
  }

  override async close(): Promise<void> {
    await this.browser?.close()
    await super.close()
  }

  /** A new site and a new browser profile. */
  override async raise(): Promise<void> {
    this.complaints = []
    await super.raise()
    this.context = await this.browser.newContext()
  }

  override async strike(): Promise<void> {
    await this.context.close()
    await super.strike()
  }

  /** A tab of its own, whose complaints are written down. */
  async newPage(context = this.context): Promise<Page> {
    const page = await context.newPage()
    page.setDefaultTimeout(PATIENCE.timeout)
    page.on('pageerror', (error) => this.complaints.push(String(error)))
    page.on('console', (line) => {
      // Chromium's own hints on mark-up, such as that a password field should have `autocomplete`.
      if (!line.text().startsWith('[DOM]')) this.complaints.push(`${line.type()}: ${line.text()}`)
    })
    return page
  }

  async visit(path = '/'): Promise<Page> {
    const page = await this.newPage()
    await page.goto(this.siteUrl + path)
    return page
  }

  /** Waits until the tracker, made to speak once more, has been heard: whatever it had to say before, it has said. */
  async settle(page: Page): Promise<void> {
    const name = `Settled ${Math.random()}`
    // A view waits for its title.
    const speak = (marker: string) => setTimeout(() => window.braise?.('track', marker), 450)
    await page.evaluate(`(${speak})(${JSON.stringify(name)})`)
    await vi.waitFor(() => expect(this.stored('track').map((event) => event.name)).toContain(name), PATIENCE)
  }
}

/** One for a test file; each test gets a site and a browser profile of its own. */
export function useLive(options: LaunchOptions = {}): Live {
  const live = new Live()
  beforeAll(() => live.open(options))
  afterAll(() => live.close())
  beforeEach(() => live.raise())
  afterEach(() => live.strike())
  return live
}
