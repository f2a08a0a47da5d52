/** What the site asks for: the attributes of its script tag, all texts, described in README.md. */
export interface Options {
  site?: string
  api?: string
  consent?: string
  hash?: string
  manual?: string
  forms?: string
  cookie?: string
  query?: string
  dnt?: string
  debug?: string
}

export let options: Options
/** Of the names of all that is kept for the site in this browser. */
export let prefix: string

/** Where events are posted. */
export let endpoint: URL

/** @param script its `src` is what `api` is relative to */
export function setOptions(script: { dataset: Options; src: string }): void {
  options = { site: 'default', ...script.dataset }
  prefix = `braise.${options.site}.`
  endpoint = new URL(options.api || '/e', script.src)
}
