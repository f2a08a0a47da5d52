// Groups: rules that together are held within one cap.
import { useEffect, useState } from 'preact/hooks'
import type { Rule, Ruleset } from './api.ts'
import { Field } from './field.tsx'
import { takeFocus, useFocusBack } from './focus.ts'
import { AddRule } from './rules-add.tsx'
import { FaultText, isWithin, NumberField, numberOf, pointerOf, TextField, useEditing } from './rules-field.tsx'
import { useMoveRule } from './rules-move.ts'
import { Adding } from './rules-part.tsx'
import { RuleCard } from './rules-rule.tsx'
import { Section } from './rules-section.tsx'
import { idFor, ruleSentence } from './rules-sentence.ts'
import { useLanguage, useWords } from './words.ts'

type Group = Ruleset['groups'][number]

const DEFAULT_CAP = 20

/** A group and its rules: its cap at hand, its names and the rest behind "Edit". */
export function RuleGroup({ at, group }: { at: number; group: Group }) {
  const words = useWords()
  const language = useLanguage()
  const { ruleset, faults } = useEditing()
  const [opened, setOpened] = useState(false)
  const text = words.rules.groups
  const pointer = pointerOf(['groups', at])
  const hidden = faults.some((fault) => isWithin(fault, pointer) && fault.pointer !== `${pointer}/cap`)
  useEffect(() => {
    // As with a rule: what is wrong is to be seen, and stays in sight while it is mended.
    if (hidden) setOpened(true)
  }, [hidden])
  const name = group.label[language]
  const isOwn = (rule: Rule) => rule.group === group.id
  return (
    <Section
      title={name}
      head={
        <div class="inline">
          <span aria-hidden="true">{text.together(ruleset.rules.filter(isOwn).length)}</span>
          <NumberField place={['groups', at, 'cap']} label={text.capOf(name)} bare value={group.cap} />
          <button
            type="button"
            class="quiet"
            id={pointer}
            aria-expanded={opened}
            aria-label={text.editOf(name)}
            onClick={() => setOpened(!opened)}
          >
            {words.rules.edit}
          </button>
        </div>
      }
    >
      <FaultText place={['groups', at, 'cap']} />
      {opened && <GroupForm at={at} group={group} />}
      <ul>
        {ruleset.rules.map((rule, i) =>
          isOwn(rule) ? (
            <RuleCard key={rule.id} kind="rules" at={i} rule={rule} sentence={ruleSentence(rule, words)} />
          ) : null,
        )}
      </ul>
      <AddRule kind="rules" group={group.id} to={name} />
    </Section>
  )
}

function GroupForm({ at, group }: { at: number; group: Group }) {
  const words = useWords()
  const language = useLanguage()
  const { ruleset, change, did, focusOn } = useEditing()
  const moveRule = useMoveRule()
  const text = words.rules.groups
  const nameOf = (id: string) => ruleset.groups.find((each) => each.id === id)?.label[language] ?? id
  const isEmpty = !ruleset.rules.some((rule) => rule.group === group.id)
  const others = ruleset.groups.filter(({ id }) => id !== group.id).map(({ id }) => id)
  const elsewhere = ruleset.rules.filter((rule) => rule.group !== group.id)
  /** Its rules go to another one: none is without a group. */
  const remove = (to: string) => {
    const own = ruleset.rules.flatMap(({ id, group: of }) => (of === group.id ? [id] : []))
    const putOwn = (rules: Rule[], from: string, into: string) =>
      rules.map((rule) => (own.includes(rule.id) && rule.group === from ? { ...rule, group: into } : rule))
    change((before) => ({
      ...before,
      groups: before.groups.filter(({ id }) => id !== group.id),
      rules: putOwn(before.rules, group.id, to),
    }))
    did(
      ({ rules }, language) => rules.groups.removed(group.label[language]),
      () =>
        change((before) => ({
          ...before,
          groups: before.groups.toSpliced(at, 0, group),
          rules: putOwn(before.rules, to, group.id),
        })),
    )
    focusOn(['groups', Math.min(at, ruleset.groups.length - 2)])
  }
  return (
    <div class="rule-form">
      <div class="rule-fields">
        <TextField place={['groups', at, 'label', 'en']} label={words.rules.nameEn} value={group.label.en} />
        <TextField place={['groups', at, 'label', 'fr']} label={words.rules.nameFr} value={group.label.fr} />
      </div>
      <Adding
        label={text.takeIn}
        verb={text.take}
        choices={elsewhere.map(({ id }) => id)}
        nameOf={(id) => {
          const rule = elsewhere.find((each) => each.id === id)
          return rule ? `${rule.label[language]} (${nameOf(rule.group)})` : id
        }}
        add={(id) => moveRule(id, group.id)}
      />
      {others.length === 0 ? (
        <p class="hint">{text.only}</p>
      ) : isEmpty ? (
        <button type="button" class="quiet" onClick={() => remove('')}>
          {text.remove}
        </button>
      ) : (
        <Adding label={text.removeInto} verb={text.remove} choices={others} nameOf={nameOf} add={remove} />
      )}
    </div>
  )
}

/** Rules whose group somebody else has deleted meanwhile. */
export function RulesWithoutGroup() {
  const words = useWords()
  const { rules, groups } = useEditing().ruleset
  const isKnown = (rule: Rule) => groups.some(({ id }) => id === rule.group)
  if (rules.every(isKnown)) return null
  return (
    <Section title={words.rules.groups.none}>
      <ul>
        {rules.map((rule, i) =>
          isKnown(rule) ? null : (
            <RuleCard key={rule.id} kind="rules" at={i} rule={rule} sentence={ruleSentence(rule, words)} />
          ),
        )}
      </ul>
    </Section>
  )
}

/** The button below the groups, and the form behind it. */
export function AddGroup() {
  const words = useWords()
  const { ruleset, change, did, faults } = useEditing()
  const [open, setOpen] = useState(false)
  const button = useFocusBack(open)
  const text = words.rules.groups
  const tooMany = faults.some(({ pointer }) => pointer === '/groups')
  if (!open) {
    return (
      <div class="add-group">
        <button type="button" id="/groups" ref={button} onClick={() => setOpen(true)}>
          {text.add}
        </button>
        {tooMany && <FaultText place={['groups']} />}
      </div>
    )
  }
  const submit = (submitted: SubmitEvent) => {
    submitted.preventDefault()
    const fields = new FormData(submitted.currentTarget as HTMLFormElement)
    const name = String(fields.get('name')).trim()
    const id = idFor(name, ruleset.groups)
    // What is no number goes into the draft as typed, where its own field says so.
    const cap = numberOf(String(fields.get('cap'))) as number
    change((before) => ({ ...before, groups: [...before.groups, { id, label: { en: name, fr: name }, cap }] }))
    did(
      ({ rules }) => rules.groups.added(name),
      () => change((before) => ({ ...before, groups: before.groups.filter((group) => group.id !== id) })),
    )
    setOpen(false)
  }
  return (
    <form class="panel rule-form" aria-label={text.add} onSubmit={submit}>
      <p class="hint">{text.hint}</p>
      <div class="rule-fields">
        <Field label={text.name} name="name" required maxLength={200} ref={takeFocus} />
        <Field label={text.cap} name="cap" inputMode="decimal" defaultValue={String(DEFAULT_CAP)} required />
      </div>
      <div class="actions">
        <button type="submit" class="main">
          {words.rules.add.submit}
        </button>
        <button type="button" onClick={() => setOpen(false)}>
          {words.rules.add.cancel}
        </button>
      </div>
    </form>
  )
}
