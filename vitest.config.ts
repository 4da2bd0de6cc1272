import { defaultClientConditions, defaultServerConditions } from 'vite'
import { defineConfig } from 'vitest/config'

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
    isolate: false, // what all files import is loaded once
    testTimeout: 15_000,
    hookTimeout: 15_000,
    teardownTimeout: 5_000,
    globalSetup: ['./scripts/test-bundle.ts'],
    setupFiles: ['./test-setup.ts'],
    reporters: ['default', './scripts/counts-reporter.ts'],
    passWithNoTests: true,
  },
})
