/**
 * The order of the test files: those that take long, first, so that the last one to end has begun early. By itself vitest goes by
 * the last run, and on a clean checkout by size, which says nothing of files that start programs.
 */
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** How their paths end: those of small files that take ten seconds and more. */
const LONG = [
  'scripts/test/docs.test.ts',
  'transport-worker/test/semantics/thread.test.ts',
  'transport-worker/test/semantics/child-process.test.ts',
  'transport-worker/test/parent/thread-endings.test.ts',
  'transport-worker/test/parent/process-endings.test.ts',
]

export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isLong = ({ moduleId }: TestSpecification): boolean => LONG.some((path) => moduleId.endsWith(path))
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))]
  }
}
