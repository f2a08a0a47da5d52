// The order of functions and the names that compress best, found by fit.js.
export const FUNCTIONS = [
  'viewPage',
  'report',
  'forgetAll',
  'forgetCookie',
  'mayRemember',
  'textOf',
  'names',
  'uuid',
  'listen',
  'submit',
  'holdVisitorId',
  'inherited',
  'forgetView',
  'reset',
  'forget',
  'recall',
  'send',
  'withoutEmail',
  'keep',
  'guarded',
  'clean',
  'tell',
]
export const NAMES =
  'eiQLjykfv_pgdwbmNXSZrnzxtcaMKTRoUBuPlOshWYiueeeieeiWidenjaoseieiivhtXieieeeaKieeK_QeieaiieieiaeOeiNOheieiMKoMbeieNoaKbeiiWeee'
