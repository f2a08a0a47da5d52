// The pages for admins, each of which is one file: users, tokens, sites, the audit log.
import { AuditLog } from './admin-audit.tsx'
import { Sites } from './admin-sites.tsx'
import { Tokens } from './admin-tokens.tsx'
import { Users } from './admin-users.tsx'
import { Heading } from './page.tsx'
import { useWords } from './words.ts'

const PAGES = ['users', 'tokens', 'sites', 'audit'] as const

export function Admin({ place }: { place: URL }) {
  const words = useWords()
  const shown = PAGES.find((page) => place.pathname === `/admin/${page}`)
  return (
    <div class="admin">
      <Heading title={shown ? words.admin.pages[shown] : words.admin.title} />
      <nav class="filters" aria-label={words.admin.title}>
        {PAGES.map((page) => (
          <a key={page} href={`/admin/${page}`} aria-current={page === shown ? 'true' : undefined}>
            {words.admin.pages[page]}
          </a>
        ))}
      </nav>
      {shown === 'users' && <Users />}
      {shown === 'tokens' && <Tokens />}
      {shown === 'sites' && <Sites />}
      {shown === 'audit' && <AuditLog place={place} />}
    </div>
  )
}
