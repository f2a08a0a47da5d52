/** What repeats itself to meet a rare moment comes in two lengths: short with all other tests, long by `npm run test:long`. */
const isLong = process.env.BRAISE_TEST_LONG === 'true'

export const inLength = (short: number, long: number): number => (isLong ? long : short)
