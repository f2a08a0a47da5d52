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

export function setOptions(given: Options): void {
  options = given
}
