import { type Session, type Site, signOut } from './api.ts'
import { go } from './router.ts'
import { forgetDrafts } from './rules-draft.ts'
import { rememberSite } from './session.ts'
import { type Language, useLanguage, useWords } from './words.ts'

interface BarProps {
  speak(language: Language): void
  /** Absent before sign-in. */
  within?: { session: Session; site: Site; place: URL }
}

export function Bar({ speak, within }: BarProps) {
  const words = useWords()
  return (
    <header class="bar">
      <a class="brand" href="/">
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="M8 1c1 3 5 4 5 8.500A5 5 0 0 1 3 9.500C3 7 5 6 5 4c1 .500 1.500 1.500 1.500 2.500C8 5 8 3 8 1z" />
        </svg>
        Braise
      </a>
      {within && <Pages place={within.place} isAdmin={within.session.user.role === 'admin'} />}
      <div class="tools">
        {within && within.session.sites.length > 1 && <SiteChoice sites={within.session.sites} site={within.site} />}
        <LanguageChoice speak={speak} />
        {within && (
          <a class="who-am-i" href="/account" title={within.session.user.email}>
            {words.account.title}
          </a>
        )}
        {within && (
          <button type="button" class="quiet" onClick={leave}>
            {words.bar.signOut}
          </button>
        )}
      </div>
    </header>
  )
}

function Pages({ place, isAdmin }: { place: URL; isAdmin: boolean }) {
  const words = useWords()
  const current = (path: string) => (place.pathname === path ? 'page' : undefined)
  return (
    <nav class="pages" aria-label={words.bar.pages}>
      <a href="/" aria-current={current('/')}>
        {words.bar.leads}
      </a>
      <a href="/rules" aria-current={current('/rules')}>
        {words.bar.rules}
      </a>
      <a href="/setup" aria-current={current('/setup')}>
        {words.bar.setup}
      </a>
      {isAdmin && (
        <a href="/admin/users" aria-current={place.pathname.startsWith('/admin/') ? 'page' : undefined}>
          {words.admin.title}
        </a>
      )}
    </nav>
  )
}

function SiteChoice({ sites, site }: { sites: Site[]; site: Site }) {
  const choose = (id: string) => {
    rememberSite(id)
    // A lead belongs to one site, so its page cannot be kept.
    go(location.pathname.startsWith('/leads/') ? '/' : location.pathname)
  }
  return (
    <select aria-label={useWords().bar.site} value={site.id} onChange={(event) => choose(event.currentTarget.value)}>
      {sites.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  )
}

const LANGUAGES: { code: Language; name: string }[] = [
  { code: 'en', name: 'English' },
  { code: 'fr', name: 'Français' },
]

function LanguageChoice({ speak }: { speak(language: Language): void }) {
  const words = useWords()
  const language = useLanguage()
  return (
    <fieldset class="languages">
      <legend class="unseen">{words.bar.language}</legend>
      {LANGUAGES.map(({ code, name }) => (
        <button
          key={code}
          type="button"
          class="quiet"
          lang={code}
          aria-label={`${code.toUpperCase()} – ${name}`}
          aria-pressed={code === language}
          onClick={() => speak(code)}
        >
          {code.toUpperCase()}
        </button>
      ))}
    </fieldset>
  )
}

async function leave() {
  // Whatever the answer, the sign-in page is where one wants to be.
  await signOut().catch(() => undefined)
  go('/sign-in')
  forgetDrafts(null)
}
