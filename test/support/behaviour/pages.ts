export const EMAIL = 'ada@analytical.example'
export const PASSWORD = 'canaryInTheMine'

const FIELDS = `
  <label>E-mail <input type="email" name="email" autocomplete="email"></label>
  <label>Company <input name="company" autocomplete="organization"></label>
  <label>Password <input type="password" name="password" autocomplete="new-password"></label>
  <button>Send</button>`

const TELL_IF_UNSEEN = `
  <script>if (document.visibilityState === 'hidden') fetch('/unseen?path=' + location.pathname)</script>`

/** The site's pages by path; every other path has an empty one. */
const BODIES: Record<string, string> = {
  '/anchors': '<a href="#end">To the end</a><p style="height: 3000px"></p><p id="end">The end</p>',
  '/native-form': `<form id="signup" method="post" action="/thanks">${FIELDS}</form>`,
  '/ajax-form': `<form id="signup">${FIELDS}</form><script>
    document.querySelector('form').addEventListener('submit', (event) => {
      event.preventDefault()
      fetch('/api/signup', { method: 'POST', body: new FormData(event.target) }).then(() => {
        event.target.innerHTML = 'Thank you'
      })
    })
  </script>`,
  '/busy': `<button id="plain">Count</button>
    <form onsubmit="return false"><label>Company <input name="company"></label><button>Send</button></form>
    <ul>${'<li><a href="/other">Another page</a> and what is on it</li>'.repeat(500)}</ul>
    <script>
      let count = 0
      for (const type of ['click', 'keydown', 'scroll', 'submit']) addEventListener(type, () => count++, { passive: true })
    </script>`,
  '/ahead': `<a href="/rendered-ahead">Next</a>
    <script type="speculationrules">{ "prerender": [{ "urls": ["/rendered-ahead"], "eagerness": "immediate" }] }</script>
    <script>fetch('/cue').then(() => document.querySelector('a').click())</script>`,
  '/rendered-ahead': TELL_IF_UNSEEN,
  '/background': TELL_IF_UNSEEN,
}

export function pageAt(path: string, tag: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${path}</title>${tag}</head>
<body><h1>${path}</h1>${BODIES[path] ?? ''}</body></html>`
}

/** Runs in the page: nobody sees it until it hears `seen`. */
export function pretendUnseen(): void {
  let isSeen = false
  Object.defineProperty(document, 'visibilityState', { get: () => (isSeen ? 'visible' : 'hidden') })
  Object.defineProperty(document, 'hidden', { get: () => !isSeen })
  Object.defineProperty(document, 'prerendering', { get: () => !isSeen })
  addEventListener('seen', () => {
    isSeen = true
    document.dispatchEvent(new Event('prerenderingchange'))
    document.dispatchEvent(new Event('visibilitychange'))
  })
}
