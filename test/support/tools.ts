import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished, type TestFunction, test } from 'vitest'

const TOOLS = {
  /** Only root may mount, and not in every container. */
  mount: () => {
    const folder = mkdtempSync(join(tmpdir(), 'braise-mount-'))
    const can = spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', folder]).status === 0
    if (can) spawnSync('umount', [folder])
    rmSync(folder, { recursive: true })
    return can
  },
  strace: () => spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0,
  faketime: () => spawnSync('faketime', ['-f', '-1h', 'true']).status === 0,
}

/** A test that needs what not every machine has. Without it the test is left out and says so; under CI it fails. */
export function testWith(tool: keyof typeof TOOLS, name: string, act: TestFunction): void {
  const isThere = TOOLS[tool]()
  const why = `${tool} is missing, or may not be used here`
  if (!isThere) console.warn(`NOT TESTED, because ${why}: ${name}`)
  test.skipIf(!isThere && process.env.CI !== 'true')(name, (context) => {
    if (!isThere) throw new Error(why)
    return act(context)
  })
}

/** A small disk of its own, until the test ends. @returns its folder */
export function mountSmallDisk(megabytes: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'braise-disk-'))
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder])
  if (status !== 0) throw new Error(String(stderr))
  onTestFinished(() => {
    spawnSync('umount', ['-l', folder])
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}
