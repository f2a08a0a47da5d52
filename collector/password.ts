import { createHash, randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'

/** OWASP's recommendation for scrypt: N = 2¹⁷, r = 8, p = 1 (128 MiB, some 0.3 s). https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html */
const COST: ScryptOptions = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 2 ** 20 }
const KEY_BYTES = 32
/** More at once would take the machine's memory and cores from intake. */
const AT_ONCE = 2
/** Who comes after these would wait for seconds; a storm of sign-ins must not grow a queue. */
const MOST_WAITING = 16

/** Too many passwords wait to be worked out. */
export class Busy extends Error {}

/** `scrypt$salt$key`, each in base64url. @throws Busy */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  return `scrypt$${salt.toString('base64url')}$${(await derive(password, salt)).toString('base64url')}`
}

/** @param hash undefined takes as long, and is never right, so that time does not tell who has an account. @throws Busy */
export async function isPassword(password: string, hash: string | undefined): Promise<boolean> {
  const [, salt = '', key = ''] = (hash ?? 'scrypt$AAAAAAAAAAAAAAAAAAAAAA$AAAA').split('$')
  const wanted = Buffer.from(key, 'base64url')
  const given = await derive(password, Buffer.from(salt, 'base64url'))
  return wanted.length === given.length && timingSafeEqual(wanted, given)
}

/** 256 random bits for a link or a cookie. Only the hash is ever stored. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** One round is enough: there is nothing to guess in a random token. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}

export function isSameToken(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest())
}

let running = 0
const waiting: (() => void)[] = []

/** @throws Busy */
async function derive(password: string, salt: Buffer): Promise<Buffer> {
  if (running < AT_ONCE) running += 1
  else if (waiting.length >= MOST_WAITING) throw new Busy('Too many passwords wait to be worked out')
  else await new Promise<void>((resolve) => waiting.push(resolve))
  try {
    return await new Promise((resolve, reject) => {
      scrypt(password.normalize('NFC'), salt, KEY_BYTES, COST, (error, key) => (error ? reject(error) : resolve(key)))
    })
  } finally {
    // The place is handed on, not given up: whoever came in between would be a third.
    const next = waiting.shift()
    if (next) next()
    else running -= 1
  }
}
