import { existsSync } from 'node:fs'
import { type Browser, chromium, type LaunchOptions } from 'playwright-core'

const INSTALLED = ['chromium', 'chromium-browser', 'google-chrome'].map((name) => `/usr/bin/${name}`)

/** Quiet and offline: a test talks to loopback and to nothing else. */
const ARGUMENTS = [
  '--no-sandbox', // Containers run as root, where Chromium refuses its sandbox.
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A real browser: `CHROME_PATH`, else an installed one, else the npm one. Throws where there is none: never a skip. */
export async function launchBrowser(options: LaunchOptions = {}): Promise<Browser> {
  const executablePath = await browserPathOrThrow()
  for (let attempt = 1; ; attempt++) {
    try {
      return await chromium.launch({ ...options, executablePath, args: [...ARGUMENTS, ...(options.args ?? [])] })
    } catch (error) {
      // The npm one unpacks itself on first use, and a test file beside this one may still be at it ("text file busy").
      if (attempt === 5) throw error
      await new Promise((resolve) => setTimeout(resolve, 1000))
    }
  }
}

async function browserPathOrThrow(): Promise<string> {
  const named = process.env.CHROME_PATH
  if (named && !existsSync(named)) throw new Error(`CHROME_PATH is ${named}, but there is no such file`)
  const found = named || INSTALLED.find((path) => existsSync(path))
  if (found) return found
  try {
    const { default: packaged } = await import('@sparticuz/chromium')
    return await packaged.executablePath()
  } catch (cause) {
    throw new Error(
      'There is no browser to test with. Install one (Debian: apt-get install chromium), or set CHROME_PATH to a ' +
        'Chromium or Chrome, or run npm ci, which brings one for Linux on x64.',
      { cause },
    )
  }
}
