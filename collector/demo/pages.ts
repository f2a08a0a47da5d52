import { readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'

/** Where the sample site lies, seen from the root of the repository, from which `npm run demo` starts. */
const siteFolder = 'collector/demo/site'

export interface Asset {
  contentType: string
  body: string
}

interface Site {
  layout: string
  /** Fragments by URL path: `/demo/`, `/demo/blog`, `/demo/blog/spare-parts`. */
  fragments: Map<string, string>
  /** Everything else by URL path: `/demo/base.css`. */
  assets: Map<string, Asset>
}

/** The whole HTML of a page of the sample site, by its URL path without query (`/demo/pricing`). The folder is read once. */
export function renderPage(path: string, folder = siteFolder): string | undefined {
  const { layout, fragments } = siteIn(folder)
  const fragment = fragments.get(path)
  if (fragment === undefined) return undefined
  // A fragment's first paragraph, up to the first empty line, belongs in the head.
  const end = fragment.indexOf('\n\n')
  // Functions, because `$` in a replacement text has a meaning and the pages speak of prices.
  return layout
    .replaceAll(`<a href="${path}"`, `<a aria-current="page" href="${path}"`)
    .replace('<!-- head -->', () => fragment.slice(0, end))
    .replace('<!-- main -->', () => fragment.slice(end).trim())
}

/** A style sheet, script, picture or download of the sample site, by its URL path (`/demo/base.css`). */
export function findAsset(path: string, folder = siteFolder): Asset | undefined {
  return siteIn(folder).assets.get(path)
}

const sites = new Map<string, Site>()

function siteIn(folder: string): Site {
  const known = sites.get(folder)
  if (known) return known
  const site = readSite(folder)
  sites.set(folder, site)
  return site
}

// Only what was listed is ever served, so no path in a URL can climb out of the folder.
function readSite(folder: string): Site {
  const site: Site = { layout: '', fragments: new Map(), assets: new Map() }
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath ?? entry.path, entry.name)
    const name = relative(folder, file).split(sep).join('/')
    const body = readFileSync(file, 'utf8')
    const contentType = contentTypes[extname(name)]
    if (name === 'layout.html') site.layout = body
    else if (name === 'index.html') site.fragments.set('/demo/', body)
    else if (name.endsWith('.html')) site.fragments.set(`/demo/${name.slice(0, -'.html'.length)}`, body)
    else if (contentType) site.assets.set(`/demo/${name}`, { contentType, body })
  }
  return site
}

const contentTypes: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
}
