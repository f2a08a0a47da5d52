/** Who may do what: by role, on the sites granted. */

/** The greatest first. Viewers read; marketers work on leads and rules; admins see to users, tokens and sites besides. */
export const ROLES = ['admin', 'marketer', 'viewer'] as const

export type Role = (typeof ROLES)[number]

/** All sites there are and will be, or these. */
export type Granted = 'all' | string[]

export interface Access {
  role: Role
  sites: Granted
}

export function seesSite({ sites }: Pick<Access, 'sites'>, siteId: string): boolean {
  return sites === 'all' || sites.includes(siteId)
}

/** Nobody hands out, changes or takes away more than they have. */
export function coversSites(access: Pick<Access, 'sites'>, wanted: Granted): boolean {
  if (wanted === 'all') return access.sites === 'all'
  return wanted.every((siteId) => seesSite(access, siteId))
}

/** Of what somebody handed out, as much as they have themselves by now. */
export function heldWithin(access: Access, giver: Access): Access {
  const role = ROLES.findLast((each) => each === access.role || each === giver.role) as Role
  const sites = access.sites === 'all' ? giver.sites : access.sites.filter((siteId) => seesSite(giver, siteId))
  return { role, sites }
}

export const mayChange = ({ role }: Pick<Access, 'role'>) => role !== 'viewer'

/** Sees to everything, so that there must always be one left. */
export const isFullAdmin = ({ role, sites }: Access) => role === 'admin' && sites === 'all'
