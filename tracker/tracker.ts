/** START HERE. The entry of `braise.js`: reads its own script tag. */
import { start } from './start.ts'

// There is no current script in a module, nor where somebody has defined it away.
start((document.currentScript || document.querySelector('script[data-site]')) as HTMLScriptElement)
