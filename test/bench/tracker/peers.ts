/** Another's tracker as npm has it, pinned: the tables in tracker/README.md name these versions. */
export interface Package {
  name: string
  packages: [string, ...string[]]
  /** The file of the first package that its vendor has browsers load. */
  script?: string
  /** Where there is none: what a site's own bundle would hold. `collector` is where it was served from. */
  entry?: string
}

const COLLECTOR = 'const collector = new URL(document.currentScript.src).origin\n'

export const peers: Package[] = [
  {
    name: 'Plausible',
    packages: ['@plausible-analytics/tracker@0.4.6'],
    entry: `import { init } from '@plausible-analytics/tracker'
      ${COLLECTOR} init({ domain: 'acme', endpoint: collector + '/api/event', captureOnLocalhost: true,
        formSubmissions: true, outboundLinks: true, fileDownloads: true })`,
  },
  { name: 'OpenPanel', packages: ['@openpanel/web@1.4.1'], script: 'dist/src/tracker.global.js' },
  { name: 'Counterscale', packages: ['@counterscale/tracker@3.4.1'], script: 'dist/loader/tracker.umd.cjs' },
  {
    name: 'Rybbit',
    packages: ['@rybbit/js@0.6.2'],
    entry: `import rybbit from '@rybbit/js'
      ${COLLECTOR} rybbit.init({ analyticsHost: collector, siteId: 'acme' })`,
  },
  { name: 'Swetrix', packages: ['swetrix@4.6.1'], script: 'dist/swetrix.js' },
  { name: 'Ackee', packages: ['ackee-tracker@5.1.3'], script: 'dist/ackee-tracker.min.js' },
  {
    name: 'Snowplow',
    // The newest form plugin that npm has wants this tracker and no newer one.
    packages: ['@snowplow/browser-tracker@4.6.8', '@snowplow/browser-plugin-form-tracking@4.6.8'],
    entry: `import { newTracker, trackPageView } from '@snowplow/browser-tracker'
      import { enableFormTracking, FormTrackingPlugin } from '@snowplow/browser-plugin-form-tracking'
      ${COLLECTOR} newTracker('sp', collector, { appId: 'acme', encodeBase64: false, plugins: [FormTrackingPlugin()] })
      trackPageView()
      enableFormTracking()`,
  },
  { name: 'Segment', packages: ['@segment/analytics-next@1.84.3'], script: 'dist/umd/standalone.js' },
  { name: 'Jitsu', packages: ['@jitsu/js@1.11.0'], script: 'dist/web/p.js.txt' },
  { name: 'Mixpanel', packages: ['mixpanel-browser@2.83.0'], script: 'dist/mixpanel.min.js' },
  { name: 'Amplitude', packages: ['@amplitude/analytics-browser@2.48.1'], script: 'lib/scripts/amplitude-min.js' },
  { name: 'PostHog', packages: ['posthog-js@1.449.2'], script: 'dist/array.js' },
  { name: 'RudderStack', packages: ['@rudderstack/analytics-js@3.34.1'], script: 'dist/npm/modern/umd/index.js' },
]

/** Asked for, and why they are not in the tables. */
export const absent = [
  'The browser scripts of Umami, Matomo, GoatCounter, Medama, Liwan, Fathom and Simple Analytics are not on npm.',
  'RudderStack is measured but not played: it loads most of itself from its vendor’s servers.',
]
