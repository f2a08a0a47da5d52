import terser from '@rollup/plugin-terser'
import { inBlock, shorten } from './shorten.js'
import { typescriptOf } from './typescript.js'

/**
 * What rollup makes `braise.js` of.
 * @param functions by name, in the order in which they are written
 * @param names a letter each, in the order in which terser asks for them; where there is none left, a number tells them apart
 */
export const trackerInput = (functions, names) => ({
  input: 'tracker/tracker.ts',
  plugins: [
    typescriptOf(['tracker'], 'ES2018'),
    shorten(functions),
    terser({
      module: true,
      toplevel: true,
      ecma: 2018,
      compress: {
        passes: 5,
        inline: 1,
        hoist_funs: true,
        unsafe: true,
        unsafe_arrows: true,
        keep_fargs: false,
        pure_getters: true,
        booleans_as_integers: true,
        comparisons: false,
        lhs_constants: false,
      },
      mangle: {
        nth_identifier: {
          names,
          asked: 0,
          get(n) {
            return this.names[this.asked++] ?? `e${n}`
          },
        },
      },
    }),
    inBlock(),
  ],
})
