import { useEffect, useRef, useState } from 'preact/hooks'
import { Field } from './field.tsx'
import { useSession } from './session.ts'
import { useWords } from './words.ts'

/** A page loads and its script answers within this, or there is no script. */
const ANSWER_WITHIN = 15 * 1000

type Wish = 'ignore' | 'count'
type State = 'asked' | 'ignored' | 'counted' | 'silent' | 'addressWrong'

const LOOKS = { asked: 'hint', ignored: 'done', counted: 'done', silent: 'fault', addressWrong: 'fault' } as const

/** Opens the site with `#braise-ignore`; the tracker there keeps this browser out, and says so by a message. */
export function IgnoreBrowser() {
  const words = useWords()
  const { site } = useSession()
  const [address, setAddress] = useState(site.firstHost ?? '')
  const [state, setState] = useState<State | null>(null)
  const opened = useRef<Window | null>(null)

  useEffect(() => {
    const answered = ({ source, data }: MessageEvent) => {
      // Only the window that was opened here is believed.
      if (source === null || source !== opened.current) return
      if (data?.braise === 'ignored' || data?.braise === 'counted') setState(data.braise)
    }
    addEventListener('message', answered)
    return () => removeEventListener('message', answered)
  }, [])
  useEffect(() => {
    if (state !== 'asked') return
    const patience = setTimeout(() => setState('silent'), ANSWER_WITHIN)
    return () => clearTimeout(patience)
  }, [state])

  const ask = (wish: Wish) => {
    const url = pageToAsk(address, wish)
    if (!url) return setState('addressWrong')
    // Not `noopener`: the script there could not answer then.
    opened.current = window.open(url.href)
    setState(opened.current ? 'asked' : 'silent')
  }
  return (
    <section class="panel">
      <h2>{words.setup.ignore}</h2>
      <p>{words.setup.ignoreWhy}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          ask('ignore')
        }}
      >
        <Field
          label={words.setup.address}
          value={address}
          placeholder="www.example.com"
          required
          onInput={(event) => setAddress(event.currentTarget.value)}
        />
        <div class="actions">
          <button type="submit" class="main">
            {words.setup.ignoreButton}
          </button>
          <button type="button" onClick={() => ask('count')}>
            {words.setup.countButton}
          </button>
        </div>
        <p class={state ? LOOKS[state] : undefined} role="status">
          {state && words.setup[state]}
        </p>
      </form>
    </section>
  )
}

/** "www.example.com" → https://www.example.com/#braise-ignore. A site on this machine has no certificate. */
export function pageToAsk(address: string, wish: Wish): URL | null {
  const typed = address.trim()
  const local = /^(localhost|127\.0\.0\.1|\[::1\])([:/]|$)/.test(typed)
  const full = /^https?:\/\//i.test(typed) ? typed : `${local ? 'http' : 'https'}://${typed}`
  if (!URL.canParse(full)) return null
  const url = new URL(full)
  url.hash = `braise-${wish}`
  return url
}
