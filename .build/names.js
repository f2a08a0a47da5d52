// The order of functions and the names that compress best, found by fit.js.
export const FUNCTIONS = [
  'forgetCookie',
  'viewPage',
  'report',
  'forgetAll',
  'mayRemember',
  'names',
  'tell',
  'textOf',
  'uuid',
  'submit',
  'holdVisitorId',
  'forgetView',
  'reset',
  'forget',
  'currentUrl',
  'listen',
  'inherited',
  'keep',
  'recall',
  'send',
  'clean',
  'guarded',
  'withoutEmail',
]
export const NAMES =
  'eiNxAzydjZGwFankXsfptvgImrTJUMbucKBlVoW_YHhLiaieeeiaieiNaMuKcIieeiidLaoieeieieNfKeeNMiaeieeeiaeiNIedIeieiKIaKceieIcualeiiaiee'
