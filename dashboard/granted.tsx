import { useEffect, useId, useRef } from 'preact/hooks'
import type { Access } from './api.ts'
import { useSession } from './session.ts'
import { useWords, type Words } from './words.ts'

/** Which sites: all, or those with a mark, one at least. Read by `grantedIn`. */
export function GrantedSites({ sites: granted }: { sites?: Access['sites'] }) {
  const words = useWords()
  const { sites, user } = useSession()
  const chosen = granted ?? (user.sites === 'all' ? 'all' : [])
  const choices = useRef<HTMLFieldSetElement>(null)
  const check = () => {
    const boxes = [...(choices.current?.querySelectorAll('input') ?? [])]
    boxes[0]?.setCustomValidity(boxes.some(({ checked }) => checked) ? '' : words.admin.noSite)
  }
  // After every drawing, for a form that is sent is reset without a word.
  useEffect(check)
  return (
    <fieldset class="choices" ref={choices} onChange={check}>
      <legend>{words.admin.sitesLabel}</legend>
      {user.sites === 'all' && (
        <label class="check-label">
          <input type="checkbox" name="all" defaultChecked={chosen === 'all'} />
          <span>
            {words.admin.allSites} <span class="hint">{words.admin.allSitesHint}</span>
          </span>
        </label>
      )}
      {sites.map(({ id, name }) => (
        <label class="check-label" key={id}>
          <input type="checkbox" name="site" value={id} defaultChecked={chosen !== 'all' && chosen.includes(id)} />
          <span>{name}</span>
        </label>
      ))}
    </fieldset>
  )
}

export function grantedIn(fields: FormData): Access['sites'] {
  return fields.has('all') ? 'all' : fields.getAll('site').map(String)
}

export function RoleChoice({ role = 'marketer' }: { role?: Access['role'] }) {
  const words = useWords()
  const id = useId()
  const roles = ['viewer', 'marketer', 'admin'] as const
  return (
    <div class="field">
      <label for={id}>{words.users.role}</label>
      <select id={id} name="role" aria-describedby={`${id}-hint`}>
        {roles.map((each) => (
          <option key={each} value={each} selected={each === role}>
            {words.admin.roles[each]}
          </option>
        ))}
      </select>
      <p class="hint" id={`${id}-hint`}>
        {words.admin.roleMeaning}
      </p>
    </div>
  )
}

export function roleIn(fields: FormData): Access['role'] {
  return fields.get('role') as Access['role']
}

export function sitesText(sites: Access['sites'], words: Words): string {
  return sites === 'all' ? words.admin.allSites : sites.join(', ')
}
