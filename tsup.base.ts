/**
 * What every package's build has in common: ES modules that Node 20 and browsers can read, one output file per source file,
 * and one bundled declaration per door. One file per file, since an actor is found by its module's URL and export name, and
 * since two doors of a package must share each class and WeakMap. Used by packages/x/tsup.config.ts.
 */
import type { Options } from 'tsup'

type Plugin = NonNullable<Options['esbuildPlugins']>[number]

/** Keeps a relative import an import of the neighboring output file: './x.ts' becomes './x.js'. */
const filePerFile: Plugin = {
  name: 'file-per-file',
  setup(build) {
    build.onResolve({ filter: /^\.\.?\// }, (args) =>
      args.kind === 'entry-point' ? null : { path: args.path.replace(/\.ts$/, '.js'), external: true },
    )
  },
}

/** tsup options for a package whose doors are `doors`: declaration files by output name. No doors, no declarations. */
export function preset(doors: Record<string, string>): Options {
  return {
    entry: ['src/**/*.ts'],
    outDir: 'dist',
    format: ['esm'],
    target: 'es2022', // lowers `using`, which Node 20 cannot read
    platform: 'neutral',
    splitting: false,
    treeshake: false,
    sourcemap: true,
    dts: Object.keys(doors).length > 0 ? { entry: doors } : false,
    clean: true,
    silent: true,
    skipNodeModulesBundle: true,
    external: [/^node:/],
    esbuildPlugins: [filePerFile],
    esbuildOptions(options) {
      options.outbase = 'src'
    },
  }
}
