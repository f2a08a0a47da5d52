import { pathOf, type Report } from '../../support/behaviour/tracker.ts'
import type { Player } from './players.ts'

/** Web analytics that site owners host or rent: pages first, people hardly. */
export const products: Record<string, Player> = {
  Plausible: {
    path: '/plausible.js',
    tag: (collector) => `<script defer src="${collector}/plausible.js"></script>`,
    answer: () => ({ status: 202, body: 'ok' }),
    read({ body }) {
      const { n, u } = JSON.parse(body)
      if (n === 'pageview') return [view(u)]
      return n === 'Form: Submission' ? [{ kind: 'form', path: pathOf(u), text: body }] : []
    },
    note: '`formSubmissions`, `outboundLinks` and `fileDownloads` on. It sends no field of a form on purpose: it counts, and knows nobody.',
  },

  OpenPanel: {
    path: '/op1.js',
    tag: (collector) => `<script>
      window.op = function () { (op.q = op.q || []).push([].slice.call(arguments)) }
      op('init', { clientId: 'acme', apiUrl: '${collector}', trackScreenViews: true, trackOutgoingLinks: true, trackAttributes: true })
      </script><script defer src="${collector}/op1.js"></script>`,
    read({ body }) {
      const { payload } = JSON.parse(body)
      return payload.name === 'screen_view' ? [view(payload.properties.__path)] : []
    },
    note: '`trackScreenViews`, `trackOutgoingLinks` and `trackAttributes` on. It has no form tracking. It tries again thrice within 3.5 seconds.',
  },

  Counterscale: {
    path: '/tracker.js',
    tag: (collector) =>
      `<script id="counterscale-script" data-site-id="acme" data-report-localhost="true" src="${collector}/tracker.js" defer></script>`,
    answer: ({ url }) => (url.pathname === '/cache' ? { body: '{"ht":1}' } : undefined),
    read: ({ url }) => (url.pathname === '/collect' ? [view(url.searchParams.get('p') ?? '')] : []),
    note: 'It has no form tracking.',
  },

  Rybbit: {
    path: '/rybbit.js',
    tag: (collector) => `<script defer src="${collector}/rybbit.js"></script>`,
    answer: ({ url }) =>
      url.pathname.startsWith('/site/tracking-config')
        ? {
            body: JSON.stringify({
              trackInitialPageView: true,
              trackSpaNavigation: true,
              trackUrlParams: true,
              trackOutbound: true,
              trackFormInteractions: true,
            }),
          }
        : undefined,
    read({ body }) {
      const event = JSON.parse(body)
      if (event.type === 'pageview') return [view(event.pathname)]
      return event.type === 'form_submit' ? [{ kind: 'form', path: pathOf(event.pathname), text: body }] : []
    },
    note: 'Navigation in SPAs and form interactions on, in the settings that it asks its server for. It counts in an animation frame, which a page that nobody sees hardly ever gets.',
  },

  Swetrix: {
    path: '/swetrix.js',
    tag: (collector) => `<script src="${collector}/swetrix.js" defer></script><script>
      document.addEventListener('DOMContentLoaded', () => {
        swetrix.init('acme', { apiURL: '${collector}/log', devMode: true })
        swetrix.trackViews()
      })</script>`,
    read: ({ url, body }) => (url.pathname === '/log/' ? [view(JSON.parse(body).pg)] : []),
    note: 'It looks at the address every two seconds. It has no form tracking.',
  },

  Ackee: {
    path: '/tracker.js',
    tag: (collector) => `<script async src="${collector}/tracker.js" data-ackee-server="${collector}"
      data-ackee-domain-id="acme" data-ackee-opts='{"ignoreLocalhost":false,"ignoreOwnVisits":false}'></script>`,
    answer: () => ({ body: '{"data":{"createRecord":{"payload":{"id":"1"}}}}' }),
    read({ body }) {
      const { query, variables } = JSON.parse(body)
      return query.includes('createRecord(') ? [view(variables.input.siteLocation)] : []
    },
    note: 'By its tag; navigation in SPAs is left to the site’s code. It has no form tracking.',
  },

  Snowplow: {
    path: '/sp.js',
    tag: (collector) => `<script defer src="${collector}/sp.js"></script>`,
    read({ body }) {
      const events: Record<string, string>[] = JSON.parse(body).data
      return events.flatMap(({ e, eid, url, ue_pr: told = '' }): Report[] => {
        if (e === 'pv') return [{ ...view(url), id: eid }]
        return told.includes('/submit_form/') ? [{ kind: 'form', path: pathOf(url ?? ''), text: told, id: eid }] : []
      })
    },
    note: 'With its form plugin, which sends all fields but passwords, each as it is changed too, before anything is submitted. Navigation in SPAs is left to the site’s code.',
  },
}

function view(address = ''): Report {
  return { kind: 'view', path: pathOf(address) }
}
