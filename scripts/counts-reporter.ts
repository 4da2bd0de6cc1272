/**
 * Counts tests for the closing line of `npm test`, "N passed, N failed", and leaves it in the file that TROUPE_COUNTS names;
 * scripts/x.mjs prints it last. A file that cannot be read and an error outside of a test count as failed. Used by vitest.
 */
import { writeFileSync } from 'node:fs'
import type { Reporter, SerializedError, TestModule } from 'vitest/node'

export default class CountsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const file = process.env['TROUPE_COUNTS']
    if (file === undefined) return
    const count = { passed: 0, failed: unhandled.length, skipped: 0 }
    for (const module of modules) {
      let failed = 0
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        if (state === 'passed') count.passed += 1
        else if (state === 'failed') failed += 1
        else count.skipped += 1
      }
      if (failed === 0 && module.state() === 'failed') failed = 1
      count.failed += failed
    }
    const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : ''
    writeFileSync(file, JSON.stringify({ ...count, line: `${count.passed} passed, ${count.failed} failed${skipped}` }))
  }
}
