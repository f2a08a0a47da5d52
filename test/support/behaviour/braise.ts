import { readFileSync } from 'node:fs'
import { parseBody } from '../../../collector/http/batch.ts'
import type { Post } from '../../../tracker/protocol.ts'
import { pathOf, type Report, type Tracker } from './tracker.ts'

/** Our own tracker, as it is served. */
export const braise: Tracker = {
  name: 'Braise',
  tag: (collectorUrl) => `<script defer src="${collectorUrl}/braise.js" data-site="acme"></script>`,
  files: { '/braise.js': () => readFileSync('dist/tracker/braise.js') },
  answer: () => ({ status: 202, body: '{"accepted":1,"rejected":[]}' }),
  read({ body }) {
    const [, ...events] = parseBody(body) as Post
    return events.flatMap((event): Report[] => {
      if (event.type === 'page') return [{ kind: 'view', path: pathOf(event.url), id: event.id }]
      if (event.type !== 'form') return []
      return [{ kind: 'form', path: pathOf(event.url as string), text: JSON.stringify(event), id: event.id }]
    })
  },
}
