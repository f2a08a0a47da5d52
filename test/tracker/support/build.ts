import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export const BUILT_TRACKER = 'dist/tracker/braise.js'
export const BUILT_DEBUG = 'dist/tracker-debug/braise-debug.js'
const LOCK = 'dist/.tracker-tests-build'

/** Makes sure that `dist/tracker/braise.js` is what the sources say, by the ordinary build: that file is what ships. */
export async function buildTracker(): Promise<void> {
  mkdirSync('dist', { recursive: true })
  const deadline = Date.now() + 60_000
  while (!isFresh()) {
    try {
      mkdirSync(LOCK) // Test files run side by side: one of them builds.
    } catch (error) {
      if (Date.now() > deadline)
        throw new Error(`Another test has been building for a minute: remove ${LOCK}`, { cause: error })
      await sleep(100)
      continue
    }
    try {
      const { stdout, stderr } = spawnSync(process.execPath, ['.build/build.js'], { encoding: 'utf8' })
      // A dashboard that does not build is not this test's business; a tracker that does not build leaves no file.
      if (!existsSync(BUILT_TRACKER)) throw new Error(`The tracker was not built.\n${stdout}${stderr}`)
      return
    } finally {
      rmdirSync(LOCK)
    }
  }
}

function isFresh(): boolean {
  if (!existsSync(BUILT_TRACKER) || existsSync(LOCK)) return false
  const built = statSync(BUILT_TRACKER).mtimeMs
  const sources = ['tracker', '.build'].flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
  return sources.filter((path) => /\.[jt]s$/.test(path)).every((path) => statSync(path).mtimeMs < built)
}
