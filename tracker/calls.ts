/** What is wrong with a call of `braise`, which itself never says: only for whoever watches with `data-debug`. */

/** Of each call, whether it makes sense; else what it wants. */
const CALLS: Record<string, (...details: unknown[]) => true | string> = {
  page: (options) =>
    (options !== null && isOptional(options)) || 'nothing more, or an object: braise("page", { title: "Prices" })',
  track: (name, properties) =>
    (typeof name === 'string' && name !== '' && isOptional(properties)) ||
    'the name of what happened, and an object if there is more: braise("track", "Video Watched", { seconds: 40 })',
  identify: (email, traits) =>
    (isAddress(email) && isOptional(traits)) ||
    'an e-mail address, and an object if there is more: braise("identify", "ada@example.com", { firstName: "Ada" })',
  submit: (source) =>
    hasFields(source) ||
    'a form element, a FormData or an object, with fields in it: braise("submit", document.querySelector("form"))',
  consent: (choice) => choice === 'granted' || choice === 'denied' || '"granted" or "denied"',
  visitor: (callback) => typeof callback === 'function' || 'a function, which is passed the id',
  reset: () => true,
}

/** @returns in plain words what was called and what is wanted; undefined where nothing is wrong. Never throws. */
export function complaintAbout(call: unknown[]): string | undefined {
  try {
    const [command, ...details] = call
    const check = Object.entries(CALLS).find(([name]) => name === command)?.[1]
    const names = Object.keys(CALLS).join(', ')
    const wanted = check ? check(...details) : `one of these words first: ${names}`
    if (wanted === true) return undefined
    return `was called as braise(${call.map(shown).join(', ')}), but ${check ? command : 'it'} wants ${wanted}.`
  } catch {
    return undefined // What was passed cannot even be looked at; the call is made all the same.
  }
}

/** As the collector takes one, or nearly. */
export function isAddress(value: unknown): boolean {
  return typeof value === 'string' && /^[^\s@]+@[^\s@]+\.[^\s@]*[^\s@.\d]$/.test(value.trim())
}

function isOptional(value: unknown): boolean {
  return value === undefined || value === null || classOf(value) === 'Object'
}

/** Whether it is anything that a form can be read from. */
function hasFields(source: unknown): boolean {
  switch (classOf(source)) {
    case 'HTMLFormElement':
      return (source as HTMLFormElement)[0] !== undefined
    case 'FormData':
    case 'URLSearchParams':
      return [...(source as FormData)].length > 0
    case 'Object':
      // What jQuery finds has an `append` and is no object of fields.
      return Object.keys(source as object).length > 0 && !('append' in (source as object))
    default:
      return false
  }
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  return Object(value) === value ? classOf(value) : String(value)
}

/** `Object`, `HTMLFormElement`: those of another frame, too, and whatever the fields of a form are called. */
function classOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1)
}
