import { expect, test } from 'vitest'
import { namedFields, trapsIn } from '../../../collector/domain/fields.ts'

test('a field is named by its name, else its autocomplete, else its type, whichever means a trait first', () => {
  expect(
    namedFields({
      email: 'ada@analytical.example',
      'text|0|q3|given-name': 'Ada',
      'tel|0|SMS|off': '01 42 68 53 00',
      'text|0|companyName|': 'Analytical Engines',
      'select-one|0|numemployees|': '51-200',
    }),
  ).toEqual({
    email: 'ada@analytical.example',
    firstName: 'Ada',
    phone: '01 42 68 53 00',
    company: 'Analytical Engines',
    employees: '51-200',
  })
})

test('an e-mail address is one in whatever field the tracker found it, the first one, and is none that cannot be', () => {
  const given = { 'text|0|login|': 'ada@analytical.example', 'email|0|mail|': 'bob@analytical.example' }
  expect(namedFields(given)).toEqual({ email: 'ada@analytical.example' })
  expect(namedFields({ 'text|0|login|': '"ada"@analytical.example' })).toEqual({})
  expect(namedFields({ contact: 'ada@analytical.example' })).toEqual({ contact: 'ada@analytical.example' })
})

test('a field that means no trait keeps its own name', () => {
  expect(namedFields({ 'text|0|budget|': '20,000 EUR', seats: '12' })).toEqual({ budget: '20,000 EUR', seats: '12' })
})

test('a honeypot is known by its name, and what is called nearly so is none, and told only if it is a trait', () => {
  const traps = ['_gotcha', 'wpcf7-honeypot', 'HoneyPot2', 'honey', 'spam_trap', 'b_5c1e2f9a7b_0d3e']
  for (const name of traps) expect(trapsIn({ [`text|0|${name}|`]: 'x' }), name).toHaveLength(1)
  const others = { 'text|0|honeymoon|': 'Rome', 'text|0|strap|': 'red', 'hidden||honeypot_time|': '1', plain: 'trap' }
  expect(trapsIn(others)).toEqual([])
  expect(namedFields({ ...others, 'text|0|b_company|': 'Mill' })).toEqual({ plain: 'trap', company: 'Mill' })
})

test('a dialling code is no country', () => {
  expect(namedFields({ 'select-one|0|SMS__COUNTRY_CODE|': '+33 FR' })).toEqual({})
})
