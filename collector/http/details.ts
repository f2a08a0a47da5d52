/** What the tracker tells in a few words: a list, in which the places say what is what. */

/**
 * `options` holds the proof, of a consent the text and the tool, and of a form what it is called; `form` is what the form element
 * calls itself. Earlier trackers tell this and the fields of a form by name.
 */
const PLACES = new Map([
  ['engage', ['pageId', 'visibleMs', 'scrollDepth']],
  ['form', ['offered', 'filled', 'filledMs', 'after', 'options', 'form', 'fields']],
  ['identify', ['email', 'traits', 'options']],
  ['track', ['name', 'properties']],
  ['link', ['href', 'isDownload']],
  ['consent', ['choice', 'options']],
])

/** The same event, with a name for each of its details. */
export function withDetails(event: Record<string, unknown>): Record<string, unknown> {
  const { details, ...rest } = event
  if (!Array.isArray(details)) return event
  const names = PLACES.get(event.type as string) ?? []
  const { options, ...named } = Object.fromEntries(names.map((name, i) => [name, details[i]]))
  const { proof, text, tool, form: called } = Object(options)
  return { proof, text, tool, called, ...named, ...rest }
}
