/** The fault tests come in two lengths: a short one with all other tests, and a long one by `npm run test:long`. */
const isLong = process.env.BRAISE_TEST_LONG === 'true'

export const inLength = (short: number, long: number): number => (isLong ? long : short)
