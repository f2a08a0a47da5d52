/** A tracker as the owner of a site meets it, ours or another's, and how to read what it says. */
export interface Tracker {
  name: string
  /** What the owner pastes into every page, with every option on that its vendor documents for what is asked here. */
  tag(collectorUrl: string): string
  /** What its collector serves, by path. */
  files: Record<string, () => string | Buffer>
  /** What its collector says to everything else while it is well; `{}` with a 200 where this says nothing. */
  answer?(arrival: Arrival): { status?: number; type?: string; body: string } | undefined
  /** What an arrival reports. May throw on one that reports nothing: a question for settings, say. */
  read(arrival: Arrival): Report[]
}

/** A request as it arrived at the collector. */
export interface Arrival {
  at: number
  method: string
  url: URL
  /** Unpacked. */
  body: string
  status: number
}

/** What one event says, whatever its wire looks like. */
export interface Report {
  kind: 'view' | 'form'
  /** The path of the page. */
  path: string
  /** All that it says, where that may hold what somebody typed. */
  text?: string
  /** The event's own id, if it has one that makes a resend harmless. */
  id?: string
}

/** The path in an address or in a path with a query; what a tracker calls the page may be either. */
export function pathOf(address: string): string {
  return new URL(address, 'http://site').pathname
}
