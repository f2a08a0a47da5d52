/**
 * The tracker writes a UUID of version 7 without what can be told again: the leading zero and the dashes of its time, and the
 * version, in whose place is the 4 of the random UUID that its rest is from. An earlier one left out the dashes alone.
 */

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const WITHOUT_DASHES = /^([0-9a-f]{8})([0-9a-f]{4})([47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})$/
const SHORT = /^([0-9a-f]{7})([0-9a-f]{4})4([0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})$/

/** The UUID that was written, in whichever form; undefined if it is none. */
export function fullId(written: string): string | undefined {
  const id = written.toLowerCase().replace(SHORT, '0$1-$2-7$3').replace(WITHOUT_DASHES, '$1-$2-$3')
  return UUID.test(id) ? id : undefined
}

/** All the forms in which a tracker may have written a UUID. */
export function writtenForms(id: string): string[] {
  const withoutDashes = id.replace('-', '').replace('-', '')
  return [id, withoutDashes, `${withoutDashes.slice(1, 12)}4${withoutDashes.slice(13)}`]
}
