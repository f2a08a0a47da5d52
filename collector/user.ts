/** `npm run user -- reset EMAIL`: a new one-time link for a user who lost the password. */
import { readConfig } from './config.ts'
import { normalizeEmail } from './domain/identity.ts'
import { hashToken, newToken } from './password.ts'
import { recordAudit } from './store/audit.ts'
import { joinDatabase } from './store/database.ts'
import { findUser, recordLink } from './store/users.ts'

const LIFE = 30 * 60 * 1000

const [verb, email] = process.argv.slice(2)
if (verb !== 'reset' || !email) {
  console.error('Usage: npm run user -- reset EMAIL')
  process.exit(1)
}
const config = readConfig(process.env)
const database = await joinDatabase(config.databaseUrl).catch((error: Error) => {
  console.error(error.message)
  process.exit(1)
})
const user = await findUser(database.db, normalizeEmail(email) ?? '')
if (user) {
  const token = newToken()
  const now = Date.now()
  await database.transact(async (tx) => {
    await recordLink(tx, hashToken(token), { kind: 'reset', email: user.email }, now + LIFE)
    await recordAudit(tx, { actor: 'operator', action: 'link made', subject: user.email }, now)
  })
  const url = config.publicUrl ?? `http://localhost:${config.port}`
  console.log(`A new password for ${user.email} (once, within half an hour):\n  ${url}/join#${token}`)
} else {
  console.error(`There is no user ${email}`)
  process.exitCode = 1
}
await database.close()
