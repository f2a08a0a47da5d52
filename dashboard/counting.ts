/** "1 change", "2 changes". */
export function countEnglish(amount: number, one: string, many: string): string {
  return `${amount} ${amount === 1 ? one : many}`
}

/** In French, zero is singular. */
export function countFrench(amount: number, one: string, many: string): string {
  return `${amount} ${amount < 2 ? one : many}`
}
