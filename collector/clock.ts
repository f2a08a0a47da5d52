/** What a collector takes the time to be: what the machine's clock says, unless that jumps. */
import { uptime } from 'node:os'

/** By so much a clock may be set right without anybody's visit being torn apart. */
const JUMP = 60 * 1000
/** Whoever has set a clock wrong by mistake, or whatever has, has put it right by then. */
const BELIEVED_AFTER = 10 * 60 * 1000
/** A clock that is kept right moves by less at a time: more is a short sleep, or somebody's hand. */
const NUDGE = 1000

/** Both in milliseconds. */
interface Clocks {
  /** Since 1970; it can be set. */
  ofDay(): number
  /** Since the process began, while the machine was awake; nobody can set it. */
  elapsed(): number
  /** Grows by as much as the machine sleeps. */
  asleep(): number
}

const MACHINE: Clocks = {
  ofDay: Date.now,
  elapsed: () => performance.now(),
  // Since the start of the machine, sleep included. Elsewhere it is not said that it stays when the clock is set.
  asleep: process.platform === 'linux' ? () => uptime() * 1000 - performance.now() : () => 0,
}

/**
 * A clock that never goes back, and goes its own way where the machine's has jumped, until that has lasted: else a visit
 * would be cut in two, or end before it began, and what counts for weeks would fade within a second. Once a jump is
 * believed, the clock jumps as well, and only then may it go back. Time that the machine has slept through is no jump.
 * @param onJump told of each jump, once, before it is believed
 */
export function steadyClock(onJump: (by: number) => void, { ofDay, elapsed, asleep }: Clocks = MACHINE): () => number {
  let begin = ofDay() - elapsed()
  let slept = asleep()
  let latest = Number.NEGATIVE_INFINITY
  let jump: { by: number; since: number } | undefined

  return () => {
    const now = ofDay()
    let off = now - elapsed() - begin
    const fresh = off - (jump?.by ?? 0)
    // Asked only where it matters: it costs more than a clock.
    if (Math.abs(fresh) > NUDGE) {
      const nap = asleep() - slept
      slept += nap
      if (Math.abs(fresh - nap) <= JUMP) {
        begin += nap
        off -= nap
      }
    }
    if (Math.abs(off) <= JUMP) {
      jump = undefined
      // Corrections that add up over weeks are no jump.
      begin += off
      latest = Math.max(latest, now)
      return latest
    }
    if (!jump || Math.abs(off - jump.by) > JUMP) {
      jump = { by: off, since: elapsed() }
      onJump(off)
    }
    if (elapsed() - jump.since >= BELIEVED_AFTER) {
      begin += off
      jump = undefined
      latest = now
    } else latest = Math.max(latest, Math.round(begin + elapsed()))
    return latest
  }
}
