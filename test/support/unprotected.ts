import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'

/**
 * A copy of the built server from which a protection is taken out, until the test ends: what a test says of the real one
 * must not hold for it. It stands beside the others, where its packages are found.
 * @param replaced text of the built files, each found exactly once, and what stands there instead
 */
export function buildUnprotected(replaced: Record<string, string>): string {
  const folder = mkdtempSync('dist/control-')
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  cpSync('dist/collector', folder, { recursive: true })
  const files = readdirSync(folder).filter((name) => name.endsWith('.js'))
  for (const [text, instead] of Object.entries(replaced)) {
    const holders = files.filter((name) => readFileSync(join(folder, name), 'utf8').includes(text))
    expect(holders, text).toHaveLength(1)
    const path = join(folder, holders[0] ?? '')
    const parts = readFileSync(path, 'utf8').split(text)
    expect(parts, text).toHaveLength(2)
    writeFileSync(path, parts.join(instead))
  }
  return folder
}

const COMMIT = 'receipts = await this.#database.transact('

/** Answers at once, and lets whatever may happen in before the commit. */
export const HASTY = {
  [COMMIT]: `
  for (const { arrival, resolve } of group) resolve({ accepted: arrival.events.length, rejected: [] });
  await new Promise((resolve) => setTimeout(resolve, 50));
  ${COMMIT}`,
}
