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
  'forget',
  'recall',
  'listen',
  'send',
  'guarded',
  'reset',
  'clean',
  'withoutEmail',
]
export const NAMES =
  'eiXuNycRJzwptjmBnhbxkvCdgKfEDZ$HLPlQaG_MorYeiReeeXuuuueieiXuc$RHheieiitjuzieieeeieXtiueeaiiaeiReiXueiueieigutgAeieuOYtAeii$eee'
