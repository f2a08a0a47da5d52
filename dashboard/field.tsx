import type { ComponentProps } from 'preact'
import { useId } from 'preact/hooks'

type FieldProps = ComponentProps<'input'> & { label: string; hint?: string }

/** A labelled input; the hint is read out with it. */
export function Field({ label, hint, ...input }: FieldProps) {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input id={id} aria-describedby={hint && `${id}-hint`} {...input} />
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  )
}
