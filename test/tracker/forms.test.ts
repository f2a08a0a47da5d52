import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { useStage } from './support/stage.ts'

const stage = useStage()

/** A form that stays on its page, as most do that are sent by script. */
const STAY = '<script>document.addEventListener("submit", (event) => event.preventDefault())</script>'
const BUTTON = '<button>Send</button>'

async function visitForm(form: string, attributes = ''): Promise<Page> {
  stage.serve('/contact', stage.html('Contact', form + STAY, attributes))
  return stage.visit('/contact')
}

test('a submitted form is told with its e-mail, and no secret of it', async () => {
  const page = await visitForm(`
    <form id="demo">
      <input name="e-mail-again" type="password"><input name="e-mail"><input name="pwd2" value="shown-secret">
      <input name="cc" autocomplete="section-a cc-number"><input name="code" autocomplete="one-time-code" value="424242">
      <input name="note" value="4111 1111 1111 1111"><input name="company" value="DE89370400440532013000">
      <input type="hidden" name="country" value="hidden-secret"><input type="file" name="website">
      <p data-braise-ignore><input name="phone" value="+33 1 23 45 67 89"></p>
      <textarea name="message">message-secret eve@example.com</textarea>
      <select name="country"><option value="">…</option><option value="7" selected>France</option></select>
      ${BUTTON}
    </form>`)
  await page.fill('[name=e-mail]', ' ada@example.com ')
  await page.fill('[type=password]', 'typed-secret@example.com')
  await page.fill('[name=cc]', '5500000000000004')
  await page.click('button')
  const [form] = await stage.expect('form')
  expect(form).toMatchObject({ form: 'demo', url: `${stage.siteUrl}/contact` })
  expect(form?.trapped).toBeUndefined()
  expect(form?.fields).toEqual({ email: 'ada@example.com', country: 'France' })
  expect([form?.offered, form?.filled]).toEqual([10, 9])
  await page.close({ runBeforeUnload: true })
  const wire = stage.received.map(({ body }) => body).join()
  expect(wire).not.toMatch(/secret|424242|4111|5500|DE89|23 45 67|eve@/)
})

test('a form that the browser sends by itself is reported before the page goes, and is not held up', async () => {
  stage.serve('/contact', stage.html('Contact', `<form action="/thanks"><input type="email" name="m">${BUTTON}</form>`))
  const page = await stage.visit('/contact')
  await page.fill('[name=m]', 'ada@example.com')
  await page.click('button')
  await page.waitForURL('**/thanks?*')
  const [form] = await stage.expect('form')
  expect(form?.fields).toEqual({ email: 'ada@example.com' })
  const [, thanks] = await stage.expect('page', 2)
  expect(thanks?.url).toBe(`${stage.siteUrl}/thanks`)
  expect(stage.events('form')).toHaveLength(1)
})

test('an asterisk that somebody typed is no e-mail address', async () => {
  const page = await visitForm(`<form><input name="note" value="*"><input name="mail" type="email">${BUTTON}</form>`)
  await page.fill('[name=mail]', 'ada@example.com')
  await page.click('button')
  expect((await stage.expect('form'))[0]?.fields).toEqual({ email: 'ada@example.com' })
})

test('a form that is not valid is not submitted, so it is not told', async () => {
  const page = await visitForm(`<form><input type="email" name="email" required value="ada">${BUTTON}</form>`)
  await page.click('button')
  await stage.settle(page)
  expect(stage.events('form')).toEqual([])
})

const fieldsByMarkup: [markup: string, fields: Record<string, string>][] = [
  ['<input name="prenom" value="Ada"><input name="nom" value="Lovelace">', { firstName: 'Ada', lastName: 'Lovelace' }],
  ['<input name="votre-nom" value="Ada Lovelace">', { name: 'Ada Lovelace' }],
  ['<input name="your_name" value="Ada"><input name="companyName" value="AE">', { name: 'Ada', company: 'AE' }],
  ['<input name="FNAME" value="Ada"><input name="LNAME" value="L">', { firstName: 'Ada', lastName: 'L' }],
  ['<input name="f1" autocomplete="organization-title" value="CTO">', { title: 'CTO' }],
  ['<input name="f1" autocomplete="given-name" value="Ada">', { firstName: 'Ada' }],
  ['<input name="contact[société]" value="AE"><input name="Fonction" value="DSI">', { company: 'AE', title: 'DSI' }],
  [
    '<input name="effectif" value="50"><input name="secteur_activite" value="BTP">',
    { employees: '50', industry: 'BTP' },
  ],
  ['<input name="company_size" value="11-50"><input name="pays" value="FR">', { employees: '11-50', country: 'FR' }],
  [
    '<input name="phone_country" value="+33"><input type="tel" name="x" value="01 23 45 67 89">',
    { phone: '01 23 45 67 89' },
  ],
  [
    '<input name="site_web" value="ae.example"><input id="telephone" value="0123456789">',
    { website: 'ae.example', phone: '0123456789' },
  ],
  ['<input name="login" value="ada@example.com">', { email: 'ada@example.com' }],
  [
    '<input name="cc" value="eve@example.com"><input name="courriel" value="bob@example.com">',
    { email: 'bob@example.com' },
  ],
  [
    '<input type="radio" name="employees" value="1"><input type="radio" name="employees" value="2-9" checked>',
    { employees: '2-9' },
  ],
  ['<input type="checkbox" name="company" checked><input name="username" value="ada">', {}],
]

test('fields are known by their type, autocomplete, name and id, in English and French', async () => {
  // An e-mail address of its own makes each one a submission of its own, and must come first to be the one that counts.
  const own = (index: number) => `<input type="email" value="lead${index}@example.com">`
  const forms = fieldsByMarkup.map(([markup, { email }], index) => `<form>${email ? '' : own(index)}${markup}</form>`)
  const page = await visitForm(forms.join(''))
  await page.evaluate(() => {
    for (const form of Array.from(document.forms)) form.requestSubmit()
  })
  const told = await stage.expect('form', fieldsByMarkup.length)
  for (const [index, [markup, fields]] of fieldsByMarkup.entries()) {
    expect(told[index]?.fields, markup).toEqual({ email: `lead${index}@example.com`, ...fields })
  }
})

test('a form is called by data-braise-name, name, id, else "form", whatever its fields are called', async () => {
  const fields = '<input name="name"><input name="id"><input type="email">'
  const page = await visitForm(`<form data-braise-name="demo request" name="n" id="i">${fields}</form>`)
  await page.evaluate(() => {
    const [form] = Array.from(document.forms) as [HTMLFormElement]
    for (const attribute of ['data-braise-name', 'name', 'id', 'class']) {
      ;(form.querySelector('[type=email]') as HTMLInputElement).value = `${attribute}@example.com`
      form.requestSubmit()
      form.removeAttribute(attribute)
    }
  })
  const forms = await stage.expect('form', 4)
  expect(forms.map(({ form }) => form)).toEqual(['demo request', 'n', 'i', 'form'])
})

test('what is submitted and reported by hand within a moment is one event', async () => {
  const page = await visitForm(`<form><input name="email" value="ada@example.com">${BUTTON}</form>`)
  await page.evaluate(() =>
    document.querySelector('form')?.addEventListener('submit', (event) => {
      window.braise?.('submit', new FormData(event.target as HTMLFormElement), { form: 'demo request' })
      window.braise?.('submit', { company: 'Analytical' })
      // The page's server has answered:
      setTimeout(() => window.braise?.('submit', { email: 'ada@example.com' }), 50)
    }),
  )
  await page.click('button')
  const [form] = await stage.expect('form')
  expect(form).toMatchObject({
    form: 'demo request',
    fields: { email: 'ada@example.com', company: 'Analytical' },
    offered: 1,
  })
  await page.waitForTimeout(60)
  await stage.settle(page)
  expect(stage.events('form')).toHaveLength(1)
  await page.evaluate(() => window.braise?.('submit', { email: 'bob@example.com' }))
  expect((await stage.expect('form', 2))[1]?.fields).toEqual({ email: 'bob@example.com' })
})

test('with data-forms="off" a form is told only by hand, and one under data-braise-ignore never', async () => {
  const page = await visitForm(
    `<form><input name="email" value="ada@example.com">${BUTTON}</form>
     <div data-braise-ignore><form id="secret"><input name="email" value="eve@example.com"></form></div>`,
    'data-forms="off"',
  )
  await page.click('button')
  await stage.settle(page)
  expect(stage.events('form')).toEqual([])
  await page.evaluate(() => {
    for (const form of Array.from(document.forms).reverse()) window.braise?.('submit', form)
  })
  const [form] = await stage.expect('form')
  expect(form?.fields.email).toBe('ada@example.com')
})

test('a filled honeypot is told; a hidden step that somebody filled, or a library keeps, is none', async () => {
  const page = await visitForm(`
    <form id="trap"><input name="email"><div aria-hidden="true" style="position:absolute;left:-5000px"><input name="website" tabindex="-1"></div></form>
    <form id="steps"><input name="email"><div id="step"><input name="website"></div></form>
    <form id="library"><input name="role" tabindex="-1" aria-hidden="true" style="opacity:0"></form>`)
  await page.evaluate(() => {
    const trap = document.querySelector('#trap [name=website]') as HTMLInputElement
    trap.value = 'http://spam.example'
    document.forms[0]?.requestSubmit()
  })
  const [trap] = await stage.expect('form')
  expect(trap).toMatchObject({ form: 'trap', trapped: true, fields: {}, offered: 1, filled: 0 })

  await page.reload()
  await page.fill('#step input', 'ae.example')
  await page.evaluate(() => {
    const step = document.querySelector('#step') as HTMLElement
    step.style.display = 'none'
    step.setAttribute('aria-hidden', 'true')
    document.forms[1]?.requestSubmit()
  })
  const [, steps] = await stage.expect('form', 2)
  expect(steps).toMatchObject({ form: 'steps', fields: { website: 'ae.example' } })
  expect(steps?.trapped).toBeUndefined()

  await page.reload()
  await page.evaluate(() => {
    const chosen = document.querySelector('[name=role]') as HTMLInputElement
    chosen.value = 'CTO'
    document.forms[2]?.requestSubmit()
  })
  const [, , library] = await stage.expect('form', 3)
  expect(library).toMatchObject({ form: 'library', fields: { title: 'CTO' } })
  expect(library?.trapped).toBeUndefined()
})

test('a form is timed from the first sight of the page', async () => {
  const page = await visitForm(`<form><input name="email">${BUTTON}</form>`)
  await page.waitForTimeout(300)
  await page.fill('input', 'ada@example.com')
  await page.click('button')
  const [form] = await stage.expect('form')
  expect(form?.filledMs).toBeGreaterThanOrEqual(300)
  expect(form?.filledMs).toBeLessThan(30_000)
})
