// The order of functions and the names that compress best, found by fit.js.
export const FUNCTIONS = [
  'viewPage',
  'forgetCookie',
  'report',
  'forgetAll',
  'mayRemember',
  'names',
  'keep',
  'uuid',
  'textOf',
  'tell',
  'submit',
  'forgetView',
  'holdVisitorId',
  'inherited',
  'listen',
  'send',
  'reset',
  'clean',
  'forget',
  'withoutEmail',
  'recall',
  'guarded',
]
export const NAMES =
  'eiEuszIRL_wZtvmDngkOfhbxjBcoFG$HQJlCaNpdyrMteueeeEuuuteieiEur$RHheieiitvu_ieieieEtiaiieaeaeeeiKeiEueiueieibutbCeieu$QDCeiireea'
