// The order of functions and the names that compress best, found by fit.js.
export const FUNCTIONS = [
  'forgetCookie',
  'viewPage',
  'report',
  'forgetAll',
  'mayRemember',
  'tell',
  'names',
  'textOf',
  'submit',
  'holdVisitorId',
  'forgetView',
  'reset',
  'keep',
  'recall',
  'forget',
  'send',
  'inherited',
  'listen',
  'uuid',
  'guarded',
  'clean',
  'withoutEmail',
]
export const NAMES =
  'eizxfaBjtwMJNo$uvr_DHFApmdZkLXbcIElGUgnVKhWeieeeieeceizbcaZLWeieiiVfbuiezfNeeeLzieieiieeieeizeizNeiLeieifJcmXeiebdZfXeiiWiee'
