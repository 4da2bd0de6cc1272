import { constants } from 'node:os'
import { describe, it } from 'vitest'
import { both, check, type Row } from './endings.ts'
import { childProcess } from '../workers.ts'

const processes: Row[] = [
  ['aborts', (_, tell) => tell('abort'), { kind: 'signal', signal: 'SIGABRT' }, -constants.signals.SIGABRT],
  ['crashes', (_, tell) => tell('signal', 'SIGSEGV'), { kind: 'signal', signal: 'SIGSEGV' }, -11],
  ['runs out of memory', (_, tell) => tell('fillHeap'), { kind: 'signal', signal: 'SIGABRT' }, -6],
  ...(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'] as const).map((signal): Row => [
    `gets ${signal} from outside`,
    ({ pid }) => process.kill(pid, signal),
    { kind: 'signal', signal },
    -constants.signals[signal],
  ]),
]

describe('a child process that', () => {
  it.each([...both, ...processes])('%s', (...row) =>
    check(row, childProcess({ stdio: 'ignore', execArgv: ['--max-old-space-size=48'] })),
  )
})
