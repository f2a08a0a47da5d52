// @vitest-environment happy-dom
import { render } from 'preact'
import { expect, test } from 'vitest'
import { CurrentSession } from '../../dashboard/session.ts'
import { Traits } from '../../dashboard/traits.tsx'
import { leadDetail } from './support/lead.ts'

test('what is known of somebody stands as people are read, in whatever order it came', () => {
  const came = ['budget', 'companyDomain', 'lastName', 'company', 'email', 'firstName']
  const traits = came.map((name) => ({ name, value: name, source: 'declared' as const, at: 0, by: null }))
  const place = document.createElement('div')
  render(
    <CurrentSession.Provider value={{ user: { role: 'viewer' } } as never}>
      <Traits lead={leadDetail({ traits })} change={async () => {}} />
    </CurrentSession.Provider>,
    place,
  )
  const names = [...place.querySelectorAll('dt')].map((name) => name.textContent)
  expect(names).toEqual(['E-mail', 'First name', 'Last name', 'Company', 'Domain', 'budget'])
})
