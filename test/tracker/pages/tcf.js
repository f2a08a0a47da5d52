// A consent tool of IAB's framework: the framework's own package answers the page, and encodes what was chosen.
import { CmpApi } from '@iabtcf/cmpapi'
import { GVL, TCModel, TCString } from '@iabtcf/core'

const vendors = new GVL({
  gvlSpecificationVersion: 3,
  vendorListVersion: 1,
  tcfPolicyVersion: 4,
  lastUpdated: '2026-01-01T00:00:00Z',
  purposes: { 1: { id: 1, name: 'Storage' }, 5: { id: 5, name: 'Profile for content' } },
  specialPurposes: {},
  features: {},
  specialFeatures: {},
  vendors: {},
  stacks: {},
})
const tool = new CmpApi(2, 1, true)
tool.update('', true)

window.choose = (yes) => {
  const choice = new TCModel(vendors)
  Object.assign(choice, { cmpId: 2, cmpVersion: 1, consentLanguage: 'EN', publisherCountryCode: 'FR' })
  choice.purposeConsents.set(yes ? [1, 5] : [])
  tool.update(TCString.encode(choice), false)
}
