import { guarded } from './guard.ts'
import { start } from './start.ts'

/** START HERE. The entry of `braise.js`: reads its own script tag. */
guarded(() => {
  const tag = (document.currentScript || document.querySelector('script[data-site]')) as HTMLScriptElement
  start(tag.dataset, tag.src)
})()
