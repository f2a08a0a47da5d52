// The order of functions and the names that compress best, found by fit.js.
export const FUNCTIONS = [
  'forgetCookie',
  'viewPage',
  'report',
  'forgetAll',
  'mayRemember',
  'uuid',
  'names',
  'tell',
  'textOf',
  'submit',
  'holdVisitorId',
  'forget',
  'recall',
  'forgetView',
  'reset',
  'listen',
  'currentUrl',
  'inherited',
  'keep',
  'send',
  'clean',
  'guarded',
  'withoutEmail',
]
export const NAMES =
  'eiZfBzrxwFtWAaVbm_vXncdskjJNUHLIuKDlYoMpyghEeaieeuiaeeiZaHIKusieeiisMalieeeieieZfheZHiaeieeeiaeiZaepseieiKsaKueiesIutaeiiaiee'
