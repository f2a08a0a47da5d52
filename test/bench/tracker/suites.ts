import { pathOf, type Report } from '../../support/behaviour/tracker.ts'
import type { Player } from './players.ts'

/** Product analytics and customer data platforms: everything about known users. */
export const suites: Record<string, Player> = {
  Segment: {
    path: '/analytics.js',
    lazy: { folder: 'dist/umd', path: '/analytics-next/bundles/' },
    tag: (collector) => `<script>
      window.analytics = []
      analytics._writeKey = 'acme'
      analytics._cdn = '${collector}'
      analytics.push(['page'])
      document.addEventListener('DOMContentLoaded', () => {
        const forms = document.querySelectorAll('form')
        if (forms.length) analytics.push(['trackForm', forms, 'Form Submitted'])
      })
      </script><script defer src="${collector}/analytics.js"></script>`,
    answer({ url }) {
      if (!url.pathname.endsWith('/settings')) return { body: '{"success":true}' }
      const segment = { apiKey: 'acme', apiHost: `${url.host}/v1`, protocol: 'http', type: 'browser' }
      return { body: JSON.stringify({ integrations: { 'Segment.io': segment }, metrics: { sampleRate: 0 } }) }
    },
    read({ body }) {
      const { type, event, context, messageId: id } = JSON.parse(body)
      if (type === 'page') return [{ kind: 'view', path: pathOf(context.page.url), id }]
      return event === 'Form Submitted' ? [{ kind: 'form', path: pathOf(context.page.url), text: body, id }] : []
    },
    note: '`page()` by its snippet, and `trackForm` on every form. The latter then submits the form by itself, once more where the page had sent it. All else, navigation in SPAs and the fields of a form too, is left to the site’s code.',
  },

  Jitsu: {
    path: '/p.js',
    tag: (collector) => `<script async src="${collector}/p.js" data-write-key="acme:secret"></script>`,
    answer: () => ({ body: '{"ok":true}' }),
    read({ body }) {
      const { type, context, messageId: id } = JSON.parse(body)
      return type === 'page' ? [{ kind: 'view', path: pathOf(context.page.url), id }] : []
    },
    note: 'By its tag; all but the first view is left to the site’s code.',
  },

  Mixpanel: {
    path: '/mixpanel.js',
    tag: (collector) => `<script>
      window.mixpanel = []
      mixpanel.__SV = 1.2
      mixpanel._i = [['acme', { api_host: '${collector}', api_payload_format: 'json', batch_flush_interval_ms: 500,
        track_pageview: 'url-with-path', autocapture: { pageview: 'url-with-path', submit: true, click: true } }, 'mixpanel']]
      </script><script defer src="${collector}/mixpanel.js"></script>`,
    answer: () => ({ body: '{"status":1,"error":null}' }),
    read({ body }) {
      const told: { event: string; properties: Record<string, string> }[] = JSON.parse(
        new URLSearchParams(body).get('data') ?? '',
      )
      return told.flatMap(({ event, properties }): Report[] => {
        const place = { path: pathOf(properties.$current_url ?? ''), id: properties.$insert_id ?? '' }
        if (event === '$mp_web_page_view') return [{ kind: 'view', ...place }]
        return event === '$mp_submit' ? [{ kind: 'form', ...place, text: JSON.stringify(properties) }] : []
      })
    },
    note: 'Autocapture with `submit` and `pageview: "url-with-path"`; batches of half a second instead of five. Fields are left out on purpose.',
  },

  Amplitude: {
    path: '/amplitude.js',
    tag: (collector) => `<script src="${collector}/amplitude.js"></script><script>
      amplitude.init('acme', { serverUrl: '${collector}/2/httpapi', fetchRemoteConfig: false,
        autocapture: { pageViews: { trackHistoryChanges: 'pathOnly' }, formInteractions: true } })</script>`,
    answer: () => ({ body: '{"code":200,"events_ingested":1,"payload_size_bytes":1,"server_upload_time":1}' }),
    read: ({ body }) =>
      (JSON.parse(body).events as { event_type: string; insert_id: string; event_properties: object }[]).flatMap(
        ({ event_type: type, insert_id: id, event_properties: properties }): Report[] => {
          const path = pathOf(Reflect.get(properties ?? {}, '[Amplitude] Page Location') ?? '')
          if (type === '[Amplitude] Page Viewed') return [{ kind: 'view', path, id }]
          if (type !== '[Amplitude] Form Submitted') return []
          return [{ kind: 'form', path, text: JSON.stringify(properties), id }]
        },
      ),
    note: 'Page views with `trackHistoryChanges: "pathOnly"` and form interactions on. Fields are left out on purpose.',
  },

  PostHog: {
    path: '/static/array.js',
    tag: (collector) => `<script>
      window.posthog = []
      posthog.__SV = 1
      posthog._i = [['acme', { api_host: '${collector}', capture_pageview: 'history_change', autocapture: true,
        opt_out_useragent_filter: true, disable_compression: true, request_queue_config: { flush_interval_ms: 500 },
        disable_session_recording: true, disable_surveys: true, disable_external_dependency_loading: true }, 'posthog']]
      </script><script defer src="${collector}/static/array.js"></script>`,
    answer: ({ url }) =>
      /flags|config/.test(url.pathname)
        ? { body: '{"autocapture_opt_out":false,"featureFlags":{},"flags":{},"hasFeatureFlags":false,"siteApps":[]}' }
        : { body: '{"status":1}' },
    read({ body }) {
      // In base64 as the page goes away.
      const packed = new URLSearchParams(body).get('data')
      const told = JSON.parse(packed ? Buffer.from(packed, 'base64').toString() : body)
      const events: { event: string; uuid: string; properties: Record<string, string> }[] = told.batch ?? [told].flat()
      return events.flatMap(({ event, uuid: id, properties }): Report[] => {
        const path = pathOf(properties.$current_url ?? '')
        if (event === '$pageview') return [{ kind: 'view', path, id }]
        if (event !== '$autocapture' || properties.$event_type !== 'submit') return []
        return [{ kind: 'form', path, text: JSON.stringify(properties), id }]
      })
    },
    note: '`capture_pageview: "history_change"` and autocapture on, uncompressed, batches of half a second; without recording and surveys. Fields are left out on purpose.',
  },
}
