import type { ComponentChildren } from 'preact'

interface SectionProps {
  title: string
  /** Beside the title. */
  head?: ComponentChildren
  children: ComponentChildren
}

/** Rules that belong together, under their title. */
export function Section({ title, head, children }: SectionProps) {
  return (
    <section class="panel rule-group" aria-label={title}>
      <div class="group-head">
        <h2>{title}</h2>
        {head}
      </div>
      {children}
    </section>
  )
}
