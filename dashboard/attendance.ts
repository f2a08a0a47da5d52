// Whether somebody is at the page. What it asks for by itself while nobody is must not keep a sign-in from ending.

/** Whoever has done nothing for so long is taken to have gone. */
const GONE_AFTER = 5 * 60 * 1000
/**
 * A click is a sign of its own where assistive technology makes it, and going back where the browser's button does. A
 * pointer that moves is none: browsers say so too when the page has moved under one that lies still.
 */
const SIGNS = ['pointerdown', 'wheel', 'keydown', 'click', 'popstate']

/** Opening the page is a sign as well. */
export function watchForSomebody(): void {
  seenAt = Date.now()
  const see = ({ isTrusted }: Event) => {
    // What the page makes by itself is not, such as a move to another address.
    if (isTrusted) seenAt = Date.now()
  }
  for (const sign of SIGNS) addEventListener(sign, see, { capture: true, passive: true })
}

/** Whose page this is; null: nobody's. Somebody else may sign in in another tab, and the cookie is theirs from then on. */
export function becomePageOf(email: string | null): void {
  user = email
}

/** For each request: what the server is to know of who is at the page. */
export function attendance(): Record<string, string> {
  return {
    ...(Date.now() - seenAt > GONE_AFTER && { 'braise-unattended': '1' }),
    ...(user !== null && { 'braise-user': encodeURIComponent(user) }),
  }
}

let seenAt = 0
let user: string | null = null
