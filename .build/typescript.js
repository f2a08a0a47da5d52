import typescript from '@rollup/plugin-typescript'

/** A rollup plugin for what is in these folders. */
export const typescriptOf = (folders, target) =>
  typescript({
    include: folders.map((folder) => `${folder}/**`),
    compilerOptions: {
      noEmit: false,
      allowImportingTsExtensions: false,
      // `npm run check` checks the types, once; a start need not wait for it.
      noCheck: true,
      ...(target && { target }),
    },
  })
