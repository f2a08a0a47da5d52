/**
 * `/opt-out/SITE`: a page where anybody may object to being profiled, linked from the privacy policy of the website. It runs
 * no script, sets no cookie and tells nothing of anybody: it says the same whoever it is, and a user confirms.
 */
import { createHash } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { html, raw } from 'hono/html'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { normalizeEmail } from '../domain/identity.ts'
import { DEFAULT_RETENTION } from '../domain/retention.ts'
import { noteKnown, recordOptOut } from '../store/optouts.ts'
import { findRetention } from '../store/retention.ts'
import { findSite } from '../store/sites.ts'
import { addressOf, networkOf } from './address.ts'
import { Allowance } from './allowance.ts'
import type { Collector } from './context.ts'
import { whosePage } from './foreign.ts'

const LARGEST_BODY = 4 * 1024
/** A family or an office may share an address, a flood comes from one. */
const BURST = 10
const PER_SECOND = 1 / 60
/** However many addresses it comes from. */
const OF_SITE = { perSecond: 1, burst: 100 }
/** In milliseconds, of every answer: how long the database took would tell whether the address was there already. */
const ANSWER_AFTER = 500

export function optOutRoutes(collector: Collector) {
  const { config, database, condition, clock, log } = collector
  const ofAddress = new Allowance(PER_SECOND, BURST)
  const ofSite = new Allowance(OF_SITE.perSecond, OF_SITE.burst)
  const app = new Hono<About>()

  app.use('/:site', async (c, next) => {
    const siteId = c.req.param('site')
    if (!(await findSite(database.db, siteId))) return show(c, 404, 'unknown')
    c.set('days', (await findRetention(database.db, siteId)).refused)
    return next()
  })
  app.get('/:site', (c) => show(c, 200, 'form'))
  app.post(
    '/:site',
    async (c, next) => {
      // Another page must not have its visitors object, for whomever it likes and each from an address of their own.
      if (whosePage(c, collector) === 'foreign') return show(c, 403, 'form')
      if (condition.refusal !== null) return show(c, 503, 'failed')
      if (config.rateLimit === 0) return next()
      const wait =
        ofAddress.take(networkOf(addressOf(c, collector)), clock()) || ofSite.take(c.req.param('site'), clock())
      if (wait === 0) return next()
      c.header('retry-after', String(wait))
      return show(c, 429, 'tooMany')
    },
    bodyLimit({ maxSize: LARGEST_BODY, onError: (c) => show(c, 413, 'wrong') }),
    async (c) => {
      const typed = new URLSearchParams(await c.req.text()).get('email') ?? ''
      const email = normalizeEmail(typed)
      if (email === null) return show(c, 422, 'wrong', typed)
      await Promise.all([keep(c.req.param('site'), email), setTimeout(ANSWER_AFTER)])
      return show(c, 200, 'received')
    },
  )

  async function keep(siteId: string, email: string): Promise<void> {
    await database.transact((tx) => recordOptOut(tx, siteId, email, clock()))
    await database.transact((tx) => noteKnown(tx, [{ site_id: siteId, email }]))
  }

  app.onError((error, c) => {
    const trouble = condition.note(error)
    if (trouble === null) log.error({ err: error }, 'A request failed')
    return show(c, trouble === null ? 500 : 503, 'failed')
  })
  return app
}

/** For how many days what nobody confirms is kept. */
interface About {
  Variables: { days?: number }
}

const STYLE = `
:root { color-scheme: light dark; font: 1.05rem/1.5 system-ui, sans-serif }
main { max-width: 34rem; margin: 3rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem; line-height: 1.25 }
label { display: block; margin-top: 1.5rem; font-weight: 600 }
input, button { box-sizing: border-box; font: inherit; padding: 0.55rem 0.7rem; border-radius: 0.3rem }
input { width: 100%; border: 1px solid currentcolor }
button { margin-top: 1rem; border: 0; background: #9a3412; color: #fff; font-weight: 600; cursor: pointer }
:focus-visible { outline: 3px solid #ea580c; outline-offset: 2px }
[role] { padding: 0.7rem 1rem; border-left: 4px solid #ea580c }
small { display: block; line-height: 1.4; opacity: 0.8 }
`

/** The one of the dashboard. Without it browsers ask for a `/favicon.ico`. */
const ICON = `<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath fill='%23d9480f' d='M8 1c1 3 5 4 5 8.500A5 5 0 0 1 3 9.500C3 7 5 6 5 4c1 .500 1.500 1.500 1.500 2.500C8 5 8 3 8 1z'/%3E%3C/svg%3E">`

const CONTENT_SECURITY_POLICY = [
  `default-src 'none'; img-src data:; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
].join('; ')

const ENGLISH = {
  title: 'Object to being profiled',
  why: [
    'This website notes which of its pages are read, and makes a score of it that says how interested somebody seems.',
    'You may object to that at any time. Give the e-mail address that you gave to this website.',
    'A person looks at it, within a month. Once it is confirmed there is no score for this address any more, now or later; what you ask us will still be answered.',
  ],
  email: 'Your e-mail address',
  submit: 'I object',
  kept: (days: number) =>
    `The address is kept for this purpose only: ${days} ${days === 1 ? 'day' : 'days'} if it is not confirmed, else as long as you object.`,
  received: 'We have received your objection. This page says so whether we know the address or not.',
  wrong: 'This is not an e-mail address. Please check it.',
  tooMany: 'Too many objections have come from your connection. Please try again in a few minutes.',
  failed: 'Your objection could not be kept. Please try again in a few minutes.',
  unknown: 'There is no such page. Please check the link.',
}

const FRENCH: typeof ENGLISH = {
  title: 'S’opposer au profilage',
  why: [
    'Ce site note lesquelles de ses pages sont lues et en tire un score, qui dit combien une personne paraît intéressée.',
    'Vous pouvez vous y opposer à tout moment. Indiquez l’adresse e-mail que vous avez donnée à ce site.',
    'Une personne l’examine sous un mois. Une fois l’opposition confirmée, cette adresse n’a plus de score, ni maintenant ni plus tard ; il sera toujours répondu à vos demandes.',
  ],
  email: 'Votre adresse e-mail',
  submit: 'Je m’oppose',
  kept: (days) =>
    `L’adresse n’est conservée que pour cela : ${days} ${days === 1 ? 'jour' : 'jours'} sans confirmation, sinon tant que vous vous opposez.`,
  received: 'Nous avons reçu votre opposition. Cette page le dit, que l’adresse nous soit connue ou non.',
  wrong: 'Ce n’est pas une adresse e-mail. Vérifiez-la.',
  tooMany: 'Trop d’oppositions sont venues de votre connexion. Réessayez dans quelques minutes.',
  failed: 'Votre opposition n’a pas pu être conservée. Réessayez dans quelques minutes.',
  unknown: 'Cette page n’existe pas. Vérifiez le lien.',
}

type Said = 'form' | 'received' | 'wrong' | 'tooMany' | 'failed' | 'unknown'

function show(c: Context<About>, status: ContentfulStatusCode, said: Said, typed = '') {
  const language = languageOf(c.req.header('accept-language') ?? '')
  const words = language === 'fr' ? FRENCH : ENGLISH
  const isBad = said !== 'form' && said !== 'received'
  const notice = said === 'form' ? '' : html`<p role="${isBad ? 'alert' : 'status'}">${words[said]}</p>`
  const form = html`${words.why.map((line) => html`<p>${line}</p>`)}
    <form method="post">
      <label for="email">${words.email}</label>
      <input id="email" name="email" type="email" autocomplete="email" maxlength="254" required value="${typed}"
        ${said === 'wrong' ? raw('aria-invalid="true"') : ''}>
      <button>${words.submit}</button>
    </form>
    <p><small>${words.kept(c.get('days') ?? DEFAULT_RETENTION.refused)}</small></p>`
  c.header('content-security-policy', CONTENT_SECURITY_POLICY)
  c.header('cache-control', 'no-store')
  c.header('vary', 'Accept-Language')
  c.header('content-language', language)
  return c.html(
    html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>${words.title}</title>
${raw(ICON)}
<style>${raw(STYLE)}</style>
</head>
<body>
<main>
<h1>${words.title}</h1>
${notice}
${said === 'received' || said === 'unknown' ? '' : form}
</main>
</body>
</html>`,
    status,
  )
}

/** The first of the browser's languages that the page speaks. */
function languageOf(accepted: string): 'en' | 'fr' {
  const wishes = accepted.split(',').map((wish) => wish.trim().slice(0, 2).toLowerCase())
  return wishes.find((wish) => wish === 'en' || wish === 'fr') === 'fr' ? 'fr' : 'en'
}
