import { useState } from 'preact/hooks'
import { Ago } from './ago.tsx'
import { answerObjection, eraseObjector, findObjections, type OptOut } from './api.ts'
import { useAttempt } from './attempt.ts'
import { dateTime } from './format.ts'
import { useLoad } from './load.ts'
import { Heading, Trouble, Waiting } from './page.tsx'
import { CopyOrErase } from './personal.tsx'
import { leadAddress } from './rows.tsx'
import { useMay, useSession } from './session.ts'
import { type Undoable, UndoBar } from './undo.tsx'
import { type Said, useLanguage, useWords } from './words.ts'

/** What came by the opt-out page, to be confirmed by a person; and what was answered, which can be taken back. */
export function Objections() {
  const words = useWords()
  const { site } = useSession()
  const waiting = useLoad(() => findObjections(site.id, 'waiting'), [site.id])
  const answered = useLoad(() => findObjections(site.id, 'answered'), [site.id])
  const [undoable, setUndoable] = useState<Undoable | null>(null)
  const reload = () => {
    waiting.reload()
    answered.reload()
  }
  const say = async (asked: OptOut, said: OptOut['answer']) => {
    await answerObjection(site.id, asked.id, said)
    reload()
  }
  const answer = async (asked: OptOut, said: OptOut['answer']) => {
    await say(asked, said)
    const done: Said | null = said && ((now) => now.objections.done[said](asked.email))
    if (done) setUndoable({ done, undo: () => say(asked, null), deed: asked.id })
    else setUndoable((last) => (last?.deed === asked.id ? null : last))
  }
  const erase = async (asked: OptOut) => {
    await eraseObjector(site.id, asked.id)
    reload()
    setUndoable({ done: (now) => now.objections.erased })
  }
  const all = { answer, erase }
  return (
    <>
      <Heading title={words.objections.title} />
      <List title={words.objections.waiting} none={words.objections.noneWaiting} list={waiting} {...all} />
      <List title={words.objections.answered} none={words.objections.noneAnswered} list={answered} {...all} />
      <UndoBar undoable={undoable} close={() => setUndoable(null)} />
    </>
  )
}

type Objecting = Awaited<ReturnType<typeof findObjections>>

interface ListProps {
  title: string
  none: string
  list: ReturnType<typeof useLoad<Objecting>>
  answer(asked: OptOut, said: OptOut['answer']): Promise<void>
  erase(asked: OptOut): Promise<void>
}

function List({ title, none, list, answer, erase }: ListProps) {
  const words = useWords()
  const { site } = useSession()
  const { busy, problem, attempt } = useAttempt()
  const { value } = list
  const more = (shown: Objecting) =>
    attempt(async () => {
      const page = await findObjections(site.id, shown.state, shown.next ?? undefined)
      list.change((before) => ({ ...page, items: [...before.items, ...page.items] }))
    })
  return (
    <section class="panel">
      <h2>{title}</h2>
      {list.problem && <Trouble problem={list.problem} retry={list.reload} />}
      {!value && list.loading && <Waiting />}
      {value?.items.length === 0 && <p>{none}</p>}
      {value && value.items.length > 0 && (
        <ul class="decisions opt-outs">
          {value.items.map((asked) => (
            <Asked key={asked.id} asked={asked} answer={(said) => answer(asked, said)} erase={() => erase(asked)} />
          ))}
        </ul>
      )}
      <Trouble problem={problem} />
      {value?.next && (
        <button type="button" class="more" disabled={busy} onClick={() => more(value)}>
          {words.page.more}
        </button>
      )}
    </section>
  )
}

interface AskedProps {
  asked: OptOut
  answer(said: OptOut['answer']): Promise<void>
  erase(): Promise<void>
}

/** One address, whose it is, and what can be said to it. */
function Asked({ asked, answer, erase }: AskedProps) {
  const words = useWords()
  const language = useLanguage()
  const { site } = useSession()
  const may = useMay()
  const { busy, problem, attempt } = useAttempt()
  const { email, lead } = asked
  return (
    <li>
      <div>
        {lead ? (
          <a href={leadAddress({ id: lead.id, site: site.id })}>{lead.name ? `${lead.name} · ${email}` : email}</a>
        ) : (
          <b>{email}</b>
        )}{' '}
        <small>
          {asked.note === null ? words.objections.asked : words.objections.noted(asked.note)} <Ago at={asked.at} />
          {!lead && ` · ${words.objections.nobody}`}
        </small>
        {asked.answer && (
          <small>
            {words.objections.answers[asked.answer]}{' '}
            {words.decisions.by(asked.by ?? '', dateTime(asked.answeredAt ?? 0, language))}
          </small>
        )}
        <Trouble problem={problem} />
      </div>
      {may.change && (
        <div class="actions">
          {asked.answer === null ? (
            <>
              <button
                type="button"
                class="main"
                disabled={busy}
                aria-label={words.objections.confirmOf(email)}
                onClick={() => attempt(() => answer('confirmed'))}
              >
                {words.objections.confirm}
              </button>
              <button
                type="button"
                disabled={busy}
                aria-label={words.objections.dismissOf(email)}
                onClick={() => attempt(() => answer('dismissed'))}
              >
                {words.objections.dismiss}
              </button>
            </>
          ) : (
            <button
              type="button"
              class="quiet"
              disabled={busy}
              aria-label={words.objections.undoOf(email)}
              onClick={() => attempt(() => answer(null))}
            >
              {words.decisions.undo}
            </button>
          )}
        </div>
      )}
      {may.change && !lead && (
        <details>
          <summary aria-label={words.objections.personalOf(email)}>{words.personal.title}</summary>
          <CopyOrErase noun="objections" id={asked.id} name={email} erase={erase}>
            <p>{words.objections.goes}</p>
          </CopyOrErase>
        </details>
      )}
    </li>
  )
}

/** Says above the list of leads that somebody waits for an answer. */
export function ObjectionsWaiting() {
  const words = useWords()
  const { site } = useSession()
  const { value } = useLoad(() => findObjections(site.id, 'waiting'), [site.id])
  if (!value || value.waiting === 0) return null
  return (
    <p class="notice">
      <a href={`/objections?site=${encodeURIComponent(site.id)}`}>{words.objections.some(value.waiting)}</a>
    </p>
  )
}
