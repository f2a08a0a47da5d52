// START HERE: which page is shown at which address, who is signed in, and the bar above every page.
import { render } from 'preact'
import { useCallback, useEffect, useState } from 'preact/hooks'
import { Account } from './account.tsx'
import { Admin } from './admin.tsx'
import { Clock } from './ago.tsx'
import { findSession, onSignedOut, type Site } from './api.ts'
import { watchForSomebody } from './attendance.ts'
import { Bar } from './bar.tsx'
import { Join } from './join.tsx'
import { Lead } from './lead.tsx'
import { Leads } from './leads.tsx'
import { useLoad } from './load.ts'
import { Objections } from './objections.tsx'
import { Heading, Trouble, Waiting } from './page.tsx'
import { followLink, go, usePlace } from './router.ts'
import { Rules } from './rules.tsx'
import { forgetDrafts } from './rules-draft.ts'
import { CurrentSession, chooseSite, useMay } from './session.ts'
import { Setup } from './setup.tsx'
import { SignIn } from './signin.tsx'
import { chosenLanguage, dictionary, type Language, rememberLanguage, SpokenLanguage, useWords } from './words.ts'

function Dashboard() {
  const [language, setLanguage] = useState<Language>(chosenLanguage)
  const place = usePlace()
  useEffect(() => {
    document.documentElement.lang = language
  }, [language])
  useEffect(() => onSignedOut(goToSignIn), [])
  const speak = (chosen: Language) => {
    rememberLanguage(chosen)
    setLanguage(chosen)
  }
  const isLost = !PAGES.test(place.pathname)
  const open = isLost || place.pathname === '/join' || place.pathname === '/sign-in'
  return (
    <SpokenLanguage.Provider value={language}>
      <Clock>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: only links are acted on, and those take the keyboard themselves */}
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: Enter on a link is a click already */}
        <div class="dashboard" onClick={followLink}>
          <a class="skip" href="#main">
            {dictionary[language].bar.skip}
          </a>
          {open ? (
            <>
              <Bar speak={speak} />
              <main id="main" tabIndex={-1}>
                {isLost && <Lost />}
                {place.pathname === '/join' && <Join key={place.hash} />}
                {place.pathname === '/sign-in' && <SignIn place={place} />}
              </main>
            </>
          ) : (
            <SignedIn place={place} speak={speak} />
          )}
        </div>
      </Clock>
    </SpokenLanguage.Provider>
  )
}

/** Whoever comes to another address is told so, signed in or not. */
const PAGES = /^\/(leads\/[^/]+|objections|rules|setup|admin\/[^/]+|account|join|sign-in)?$/

function SignedIn({ place, speak }: { place: URL; speak: (language: Language) => void }) {
  const words = useWords()
  const loaded = useLoad(findSession, [])
  const { change } = loaded
  const updateSite = useCallback(
    (site: Site) =>
      change((session) => ({ ...session, sites: session.sites.map((known) => (known.id === site.id ? site : known)) })),
    [change],
  )
  const session = loaded.value
  const email = session?.user.email
  useEffect(() => {
    if (email !== undefined) forgetDrafts(email)
  }, [email])
  const site = session && chooseSite(session.sites, place)
  if (!session || !site) {
    return (
      <>
        <Bar speak={speak} />
        <main id="main" tabIndex={-1}>
          {session && <p>{words.page.noSite}</p>}
          {!session && !loaded.problem && <Waiting />}
          <Trouble problem={loaded.problem} retry={loaded.reload} />
        </main>
      </>
    )
  }
  return (
    <CurrentSession.Provider value={{ ...session, site, updateSite, reloadSession: loaded.reload }}>
      <Bar speak={speak} within={{ session, site, place }} />
      <main id="main" tabIndex={-1}>
        <Page place={place} site={site} />
      </main>
    </CurrentSession.Provider>
  )
}

function Page({ place, site }: { place: URL; site: Site }) {
  const may = useMay()
  const leadId = /^\/leads\/([^/]+)$/.exec(place.pathname)?.[1]
  if (leadId) return <Lead key={`${site.id} ${leadId}`} id={decodeURIComponent(leadId)} place={place} />
  if (place.pathname === '/objections') return <Objections key={site.id} />
  if (place.pathname === '/rules') return <Rules key={site.id} />
  if (place.pathname.startsWith('/admin/') && may.administer) return <Admin place={place} />
  if (place.pathname === '/account') return <Account />
  if (place.pathname === '/setup') return <Setup key={site.id} />
  if (place.pathname === '/') return <Leads key={site.id} place={place} />
  return <Lost />
}

/** The old page is put into the address, so that signing in leads back to it. */
function goToSignIn() {
  // A wrong password is a 401 as well, and is said in the form.
  if (location.pathname === '/sign-in') return
  go(`/sign-in?back=${encodeURIComponent(location.pathname + location.search)}`, 'replace')
}

function Lost() {
  const words = useWords()
  return (
    <section class="panel narrow">
      <Heading title={words.page.lost} />
      <p>
        <a href="/">{words.page.home}</a>
      </p>
    </section>
  )
}

watchForSomebody()
const root = document.getElementById('root')
if (root) render(<Dashboard />, root)
