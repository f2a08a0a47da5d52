/** Where pages and files of a kind usually are, by their English and French names. */

/** The same path at the root of the site and under a folder, such as a language. */
export const anywhere = (...names: string[]) => names.flatMap((name) => [`/${name}`, `*/${name}`])

export const BLOG = anywhere('blog/*', 'articles/*', 'actualites/*')
export const PRICING = anywhere('pricing*', 'prices*', 'plans*', 'tarif*', 'prix*')
export const CASES = anywhere(
  'case-stud*',
  'customers/*',
  'compar*',
  'vs/*',
  'etude*-de-cas*',
  'temoignages*',
  'cas-client*',
)
export const DEMO = anywhere(
  'demo',
  'demo-*',
  'request-a-demo*',
  'book-a-demo*',
  'demande-de-demo*',
  'demander-une-demo*',
)
export const CAREERS = anywhere(
  'career*',
  'jobs*',
  'join-us*',
  'carriere*',
  'recrutement*',
  'emploi*',
  'rejoignez-nous*',
)

/** Files by their address; a guide is not a case study. */
export const GUIDE_FILES = ['*guide*', '*white*paper*', '*whitepaper*', '*ebook*', '*livre*blanc*']
export const CASE_FILES = ['*case*stud*', '*etude*de*cas*', '*cas*client*']
