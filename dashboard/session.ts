import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Session, Site } from './api.ts'

const STORED_SITE = 'braise-site'

interface SessionOfSite extends Session {
  /** The site whose leads are shown. */
  site: Site
  updateSite(site: Site): void
  reloadSession(): void
}

export const CurrentSession = createContext<SessionOfSite | null>(null)

export function useSession(): SessionOfSite {
  const session = useContext(CurrentSession)
  if (!session) throw new Error('This page is for signed-in users')
  return session
}

/** What the user may do: what the server would refuse is not offered. */
export function useMay() {
  const { user } = useSession()
  const administer = user.role === 'admin'
  return { change: user.role !== 'viewer', administer, administerAll: administer && user.sites === 'all' }
}

/** The site named in the address, else the one chosen last, else the first. */
export function chooseSite(sites: Site[], place: URL): Site | undefined {
  const named = place.searchParams.get('site')
  const chosen =
    sites.find((site) => site.id === named) ?? sites.find((site) => site.id === rememberedSite()) ?? sites[0]
  return chosen
}

export function rememberSite(id: string) {
  try {
    localStorage.setItem(STORED_SITE, id)
  } catch {
    // Storage is blocked: the choice lasts as long as the address.
  }
}

function rememberedSite(): string | null {
  try {
    return localStorage.getItem(STORED_SITE)
  } catch {
    return null
  }
}
