// The order of functions and the names that compress best, found by fit.js.
export const FUNCTIONS = [
  'keep',
  'viewPage',
  'forgetCookie',
  'report',
  'forgetAll',
  'mayRemember',
  'names',
  'uuid',
  'textOf',
  'tell',
  'submit',
  'forgetView',
  'holdVisitorId',
  'inherited',
  'listen',
  'send',
  'clean',
  'withoutEmail',
  'reset',
  'forget',
  'recall',
  'guarded',
]
export const NAMES =
  'eiPsCJgxdBFztNmbnlp_kDhvrAfoLM$GOZIuaKwjcHeumIeiaeeiieieigufd$asoueiitFusieieieouifiiaeeteeeiueeougFteieiootnueieun$toeiiteeh'
