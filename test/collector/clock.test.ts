import { expect, test } from 'vitest'
import { steadyClock } from '../../collector/clock.ts'
import { DAY, HOUR, MINUTE, SECOND, START } from '../support/wire.ts'

/** A machine whose clock a test sets, and what a collector on it takes the time to be. */
function machine() {
  let elapsed = 5000
  let wrong = 0
  let asleep = 0
  const jumps: number[] = []
  const ofDay = () => START + elapsed + asleep + wrong
  const clock = steadyClock((by) => jumps.push(by), { ofDay, elapsed: () => elapsed, asleep: () => asleep })
  return {
    jumps,
    /** Sets the clock, and lets some time go by. @returns how far the collector is from what the time was to be */
    offAfter(ms: number, by = wrong): number {
      wrong = by
      clock()
      elapsed += ms
      return clock() - START - elapsed - asleep
    },
    /** Nothing goes on meanwhile but the clock of the day. */
    sleep(ms: number): void {
      asleep += ms
    },
  }
}

test.each([-HOUR, DAY, 400 * DAY, -400 * DAY])('a jump by %d ms that is put right is not taken part in', (by) => {
  const { jumps, offAfter } = machine()
  expect(offAfter(MINUTE)).toBe(0)
  expect(offAfter(9 * MINUTE, by)).toBe(0)
  expect(offAfter(MINUTE, 0)).toBe(0)
  expect(offAfter(9 * MINUTE, by)).toBe(0)
  expect(offAfter(MINUTE, 0)).toBe(0)
  expect(jumps).toEqual([by, by])
})

test.each([-HOUR, DAY, 400 * DAY, -400 * DAY])('a jump by %d ms that lasts is believed', (by) => {
  const { jumps, offAfter } = machine()
  expect(offAfter(9 * MINUTE, by)).toBe(0)
  expect(offAfter(MINUTE)).toBe(by)
  expect(offAfter(DAY)).toBe(by)
  expect(offAfter(9 * MINUTE, 0)).toBe(by)
  expect(offAfter(MINUTE)).toBe(0)
  expect(jumps).toEqual([by, -by])
})

test('a clock that is set by seconds is followed, but never back', () => {
  const { jumps, offAfter } = machine()
  expect(offAfter(SECOND, 30 * SECOND)).toBe(30 * SECOND)
  expect(offAfter(10 * SECOND, 0)).toBe(20 * SECOND)
  expect(offAfter(30 * SECOND)).toBe(0)
  expect(jumps).toEqual([])
})

test('time that the machine has slept through is followed at once, and is no jump', () => {
  const { jumps, offAfter, sleep } = machine()
  for (const ms of [30 * SECOND, 8 * HOUR, 20 * DAY]) {
    sleep(ms)
    expect(offAfter(SECOND)).toBe(0)
  }
  expect(jumps).toEqual([])
})

test('naps explain no jump that comes later', () => {
  const { jumps, offAfter, sleep } = machine()
  for (let nap = 0; nap < 60; nap++) {
    sleep(MINUTE)
    expect(offAfter(MINUTE)).toBe(0)
  }
  expect(offAfter(9 * MINUTE, HOUR)).toBe(0)
  expect(jumps).toEqual([HOUR])
})

test('a clock that jumped stays disbelieved over a sleep', () => {
  const { jumps, offAfter, sleep } = machine()
  expect(offAfter(MINUTE, DAY)).toBe(0)
  sleep(8 * HOUR)
  expect(offAfter(MINUTE)).toBe(0)
  expect(offAfter(MINUTE, 0)).toBe(0)
  expect(jumps).toEqual([DAY])
})
