/** What follows from an address and from where it was written. */
import { describe, expect, test } from 'vitest'
import { defaultRuleset } from '../../../collector/domain/defaults.ts'
import { scoreLead } from '../../../collector/domain/score.ts'
import { companyOf, derivedTraits } from '../../../collector/domain/traits.ts'
import { DAY, edited, form, identify, page, TODAY } from './given.ts'

const derivedFrom = (...history: Parameters<typeof scoreLead>[0]) =>
  derivedTraits(scoreLead(history, defaultRuleset(), TODAY).traits)
const ofAddress = (email: string) => derivedFrom(identify(TODAY, email))

describe('an address', () => {
  test.each([
    ['free', ['gmail.com', 'outlook.fr', 'icloud.com', 'gmx.de', 'proton.me', 'hey.com', 'qq.com']],
    ['free', ['orange.fr', 'wanadoo.fr', 'free.fr', 'sfr.fr', 'neuf.fr', 'laposte.net', 'bbox.fr', 'numericable.fr']],
    ['free', ['aliceadsl.fr', 'club-internet.fr', 'voila.fr', 'caramail.com', 'mailo.com', 'nordnet.fr', 'skynet.be']],
    [
      'disposable',
      ['yopmail.com', 'yopmail.fr', 'mailinator.com', 'jetable.org', 'guerrillamail.com', 'temp-mail.org'],
    ],
    ['disposable', ['sharklasers.com', 'trashmail.com', 'maildrop.cc', 'getnada.com', '10minutemail.com']],
    ['school', ['univ-lyon1.fr', 'etu.univ-paris.fr', 'mit.edu', 'ox.ac.uk', 'student.kuleuven.be']],
    ['company', ['airbus.com', 'capgemini.com', 'laposte.fr', 'orange.com', 'free.com', 'edf.fr', 'acme.co.uk']],
  ] as const)('is of a kind: %s', (kind, domains) => {
    for (const domain of domains) expect([domain, ofAddress(`ada@${domain}`).emailKind]).toEqual([domain, kind])
  })

  test('under a domain of a provider is of its kind', () => {
    expect(ofAddress('ada@mail.yopmail.com').emailKind).toBe('disposable')
    expect(ofAddress('ada@mel.laposte.net').emailKind).toBe('free')
  })

  test('of an office is told from that of a person', () => {
    for (const office of ['contact', 'info', 'rh', 'sales', 'no-reply', 'comptabilite', 'mairie']) {
      expect([office, ofAddress(`${office}@acme.example`).emailRole]).toEqual([office, 'role'])
    }
    expect(ofAddress('ada.contact@acme.example').emailRole).toBeUndefined()
  })

  test('of a company gives what it has registered, by the public suffix list', () => {
    for (const [domain, registered] of [
      ['acme.example', 'acme.example'],
      ['mail.paris.acme.co.uk', 'acme.co.uk'],
      ['acme.com.br', 'acme.com.br'],
      ['eu.acme.gouv.fr', 'acme.gouv.fr'],
      ['xn--caf-dma.example', 'xn--caf-dma.example'],
    ]) {
      expect(ofAddress(`ada@${domain}`).companyDomain).toBe(registered)
    }
    expect(ofAddress('ada@gmail.com').companyDomain).toBeUndefined()
  })

  test('is judged by us, whatever a browser says of it', () => {
    const claims = { emailKind: 'company', emailRole: '', companyDomain: 'airbus.com', optionalFields: '6' }
    const scoreOf = (traits: Record<string, string>) =>
      scoreLead([identify(TODAY, 'contact@yopmail.com', traits)], defaultRuleset(), TODAY)
    const { fit, spam, traits } = scoreOf(claims)
    const honest = scoreOf({})
    expect({ fit, spam, traits }).toEqual({ fit: honest.fit, spam: honest.spam, traits: honest.traits })
    expect(spam).toBeGreaterThan(0)
  })

  test('names the company until somebody does', () => {
    const address = identify(TODAY, 'ada@mail.acme.co.uk')
    const company = (...more: Parameters<typeof scoreLead>[0]) =>
      companyOf(scoreLead([address, ...more], defaultRuleset(), TODAY).traits)
    expect(company()).toBe('acme.co.uk')
    expect(company(edited(TODAY, { company: 'Acme Ltd' }))).toBe('Acme Ltd')
  })
})

describe('where a request came from', () => {
  const seen = (at: number, country?: string, language?: string) => ({ ...page(at), country, language })

  test('gives country and language, the last that is known', () => {
    expect(derivedFrom(seen(TODAY - DAY, 'FR', 'fr'), seen(TODAY, 'BE'))).toMatchObject({
      country: 'BE',
      language: 'fr',
    })
    expect(derivedFrom(seen(TODAY - DAY, 'FR', 'fr'), seen(TODAY + DAY, 'BE'))).toMatchObject({ country: 'FR' })
  })

  test('gives way to the country that somebody says', () => {
    expect(derivedFrom(seen(TODAY, 'FR'), form(TODAY, 'contact', { country: 'Belgium' }))).toEqual({})
  })

  test('counts for a target region, written as a code or in either language', () => {
    const fitIn = (regions: string[], country: string) => {
      const ruleset = { ...defaultRuleset(), lists: { ...defaultRuleset().lists, regions } }
      return scoreLead([seen(TODAY, country)], ruleset, TODAY).fitHits.map(({ rule }) => rule.id)
    }
    for (const region of ['DE', 'Germany', 'allemagne'])
      expect([region, fitIn([region], 'DE')]).toEqual([region, ['targetRegion']])
    expect(fitIn(['Allemagne'], 'AT')).toEqual([])
  })

  test('counts from its own date on, and an optional field it is not', () => {
    const ruleset = { ...defaultRuleset(), lists: { ...defaultRuleset().lists, regions: ['France'] } }
    const history = [seen(TODAY - DAY), seen(TODAY, 'FR')]
    expect(scoreLead(history, ruleset, TODAY - 1).fit).toBe(0)
    expect(scoreLead(history, ruleset, TODAY).fit).toBe(5)
  })
})
