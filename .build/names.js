// The order of functions and the names that compress best, found by fit.js.
export const FUNCTIONS = [
  'viewPage',
  'forgetCookie',
  'report',
  'forgetAll',
  'mayRemember',
  'names',
  'keep',
  'textOf',
  'tell',
  'submit',
  'forgetView',
  'holdVisitorId',
  'reset',
  'forget',
  'send',
  'inherited',
  'recall',
  'listen',
  'uuid',
  'guarded',
  'clean',
  'withoutEmail',
]
export const NAMES =
  'eiZuFcXhPaxtpmCNdjsvgwny_JKELMIfQBlDoOHkzrRHiieeHLfeeieieiHczfDpneieiiavctieeHcieieeifeeceeiceiHceiHeieiNLfNKeiecfMDNeiiRiee'
