/**
 * The browsers other than Chromium, as Debian has them, driven by WebDriver (https://www.w3.org/TR/webdriver2/), since
 * Playwright drives only builds of its own. WebKit's driver speaks it over HTTP. Firefox's is in no registry, so Firefox is
 * spoken to as its driver does, by the same commands: https://firefox-source-docs.mozilla.org/testing/marionette/Protocol.html
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from './ports.ts'

export type OtherBrowserName = keyof typeof BROWSERS

/** A browser with one tab. */
export interface OtherBrowser {
  /** Waits until the page has loaded. */
  goto(url: string): Promise<void>
  back(): Promise<void>
  /** Types into a field as somebody does. */
  type(selector: string, text: string): Promise<void>
  click(selector: string): Promise<void>
  /** @param script the body of a function that runs in the page */
  run<T>(script: string): Promise<T>
  close(): Promise<void>
}

/** Sends a command with its parameters. @returns what it gives, if anything */
type Wire = (command: Command, parameters?: { id?: string; [name: string]: unknown }) => Promise<unknown>
type Command = keyof typeof PATHS
/** What must be undone, the latest first. */
type Ends = (() => unknown)[]

/** What each needs, and how it is opened. */
const BROWSERS = {
  Firefox: { programs: ['firefox-esr'], packages: 'firefox-esr', open: openFirefox },
  WebKit: { programs: ['WebKitWebDriver', 'Xvfb'], packages: 'webkit2gtk-driver xvfb', open: openWebKit },
}

/** The commands by the names that Marionette has for them, with the ends of their paths in the standard. */
const PATHS = {
  Navigate: () => '/url',
  Back: () => '/back',
  FindElement: () => '/element',
  ElementSendKeys: (id = '') => `/element/${id}/value`,
  ElementClick: (id = '') => `/element/${id}/click`,
  ExecuteScript: () => '/execute/sync',
}
/** The key of a reference to an element, by the standard. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf'

/** It chooses a port. Whatever it wants of its maker's servers ends at a port of this machine where nobody listens. */
const FIREFOX_PREFERENCES = `
  user_pref("marionette.port", 0);
  user_pref("network.proxy.type", 1);
  user_pref("network.proxy.http", "127.0.0.1");
  user_pref("network.proxy.http_port", 9);
  user_pref("network.proxy.ssl", "127.0.0.1");
  user_pref("network.proxy.ssl_port", 9);
  user_pref("network.proxy.failover_direct", false);
`

/** A loaded machine takes its time to start a browser. */
const STARTS_WITHIN = 60_000

/** Says how to get what a browser needs and this machine has not; nothing where it has it all. */
export function whatIsMissing(name: OtherBrowserName): string | undefined {
  const { programs, packages } = BROWSERS[name]
  if (programs.every((program) => existsSync(`/usr/bin/${program}`))) return undefined
  return `${name} is not here to test with. Debian: apt-get install ${packages}`
}

/** @throws where this machine has it not */
export async function launchOtherBrowser(name: OtherBrowserName): Promise<OtherBrowser> {
  const missing = whatIsMissing(name)
  if (missing) throw new Error(missing)
  const ends: Ends = []
  const close = async () => {
    for (const end of ends.splice(0).reverse()) await end()
  }
  try {
    return { ...drivenBy(await BROWSERS[name].open(ends)), close }
  } catch (error) {
    await close()
    throw error
  }
}

function drivenBy(send: Wire): Omit<OtherBrowser, 'close'> {
  async function find(selector: string): Promise<string> {
    const found = await send('FindElement', { using: 'css selector', value: selector })
    return (found as Record<typeof ELEMENT, string>)[ELEMENT]
  }
  return {
    async goto(url) {
      await send('Navigate', { url })
    },
    async back() {
      await send('Back')
    },
    async type(selector, text) {
      await send('ElementSendKeys', { id: await find(selector), text })
    },
    async click(selector) {
      await send('ElementClick', { id: await find(selector) })
    },
    async run<T>(script: string) {
      return (await send('ExecuteScript', { script, args: [] })) as T
    },
  }
}

async function openFirefox(ends: Ends): Promise<Wire> {
  const profile = mkdtempSync(join(tmpdir(), 'braise-firefox-'))
  ends.push(() => rmSync(profile, { recursive: true, force: true, maxRetries: 5 }))
  writeFileSync(join(profile, 'user.js'), FIREFOX_PREFERENCES)
  start(ends, 'firefox-esr', ['--headless', '--marionette', '--no-remote', '--profile', profile])
  const portFile = join(profile, 'MarionetteActivePort')
  const port = await soon(() => existsSync(portFile) && Number(readFileSync(portFile, 'utf8')))

  const socket = connect(port, '127.0.0.1')
  ends.push(() => socket.destroy())
  const answers = messagesOf(socket)
  await answers.next() // Its greeting.
  let lastId = 0
  const send = async (command: string, parameters = {}) => {
    const text = JSON.stringify([0, ++lastId, `WebDriver:${command}`, parameters])
    socket.write(`${Buffer.byteLength(text)}:${text}`)
    const [, , error, result] = (await answers.next()).value ?? [1, lastId, { error: 'Firefox has gone' }]
    if (error) throw new Error(`${command}: ${error.error}: ${error.message}`)
    return result?.value
  }
  await send('NewSession')
  return send
}

/** What Marionette says: kind, id, error, result. One command is under way at a time, so that answers come in its order. */
type Answer = [1, number, { error: string; message?: string } | null, ({ value?: unknown } | null)?]

/** Each is `LENGTH:JSON`, the length in bytes. */
async function* messagesOf(socket: Socket): AsyncGenerator<Answer, undefined> {
  let received = Buffer.alloc(0)
  for await (const chunk of socket) {
    received = Buffer.concat([received, chunk])
    for (;;) {
      const start = received.indexOf(':') + 1
      const end = start + Number(received.subarray(0, start - 1))
      if (!start || received.length < end) break
      yield JSON.parse(received.subarray(start, end).toString())
      received = received.subarray(end)
    }
  }
}

async function openWebKit(ends: Ends): Promise<Wire> {
  // It knows no life without a screen. Xvfb says on its third channel which number it took.
  const screen = start(ends, 'Xvfb', ['-displayfd', '3', '-screen', '0', '1280x800x24', '-nolisten', 'tcp'])
  const [display] = (await once(screen.stdio[3] as Readable, 'data')) as [Buffer]
  const port = await freePort()
  start(ends, 'WebKitWebDriver', [`--port=${port}`], { DISPLAY: `:${display.toString().trim()}` })

  async function ask(method: string, path: string, body?: object): Promise<unknown> {
    const request = { method, ...(body && { body: JSON.stringify(body) }) }
    const response = await fetch(`http://127.0.0.1:${port}${path}`, request)
    const { value } = (await response.json()) as { value: { error?: string; message?: string } | null }
    if (!response.ok) throw new Error(`${path}: ${value?.error}: ${value?.message}`)
    return value
  }
  await soon(() => ask('GET', '/status').catch(() => false))
  const { sessionId } = (await ask('POST', '/session', { capabilities: {} })) as { sessionId: string }
  ends.push(() => ask('DELETE', `/session/${sessionId}`))
  return (command, parameters = {}) => ask('POST', `/session/${sessionId}${PATHS[command](parameters.id)}`, parameters)
}

/** A program that runs until the end. */
function start(ends: Ends, program: string, args: string[], env: Record<string, string> = {}): ChildProcess {
  const stdio = ['ignore', 'ignore', 'ignore', 'pipe'] as const
  const child = spawn(program, args, { stdio: [...stdio], env: { ...process.env, ...env } })
  const ended = once(child, 'exit')
  ends.push(() => {
    child.kill('SIGKILL')
    return ended
  })
  return child
}

/** Asks again until there is an answer. */
async function soon<T>(ask: () => T | Promise<T>): Promise<Exclude<T, false | 0>> {
  for (const deadline = Date.now() + STARTS_WITHIN; Date.now() < deadline; await sleep(50)) {
    const answer = await ask()
    if (answer) return answer as Exclude<T, false | 0>
  }
  throw new Error(`Not within ${STARTS_WITHIN / 1000} s: ${ask}`)
}
