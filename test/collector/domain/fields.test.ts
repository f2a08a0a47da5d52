import { expect, test } from 'vitest'
import { namedFields } from '../../../collector/domain/fields.ts'

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

test('a dialling code is no country', () => {
  expect(namedFields({ 'select-one|0|SMS__COUNTRY_CODE|': '+33 FR' })).toEqual({})
})
