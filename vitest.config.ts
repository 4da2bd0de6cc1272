import { defaultClientConditions, defaultServerConditions } from 'vite'
import { defineConfig } from 'vitest/config'
import { LongFirst } from './test-order.ts'

/** Tests run from source, in the workers and children that they start too: this export condition leads there. */
const SOURCE = 'troupe-src'

export default defineConfig({
  resolve: { conditions: [SOURCE, ...defaultClientConditions] },
  ssr: { resolve: { conditions: [SOURCE, ...defaultServerConditions], externalConditions: [SOURCE] } },
  oxc: { target: 'es2022' }, // lowers `using`, which Node 20 cannot read
  test: {
    include: ['packages/*/test/**/*.test.ts', 'scripts/test/**/*.test.ts'],
    pool: 'forks', // tests start threads and children, and read what the process holds open
    execArgv: [`--conditions=${SOURCE}`],
    maxWorkers: 3, // for two cores: many tests wait for processes
    sequence: { sequencer: LongFirst },
    isolate: false, // what all files import is loaded once
    // For what hangs, not for what is slow: some tests start four programs, on machines with other things to do.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    teardownTimeout: 5_000,
    globalSetup: ['./scripts/test-bundle.ts'],
    setupFiles: ['./test-setup.ts'],
    reporters: ['default', './scripts/counts-reporter.ts'],
    passWithNoTests: true,
  },
})
