import { describe, it } from 'vitest'
import { both, check, error, type Row } from './endings.ts'
import { thread } from '../workers.ts'

const threads: Row[] = [
  ['runs out of memory', (_, tell) => tell('fillHeap'), error({ code: 'ERR_WORKER_OUT_OF_MEMORY' }), 1],
  ['calls process.exit(300)', (_, tell) => tell('exit', 300), { kind: 'exit', code: 44 }, 44],
]

describe('a thread that', () => {
  it.each([...both, ...threads])('%s', (...row) => check(row, thread({ resourceLimits: { maxOldGenerationSizeMb: 48 } })))
})
