/**
 * The word count, from the command line to the exit code. `npm start` runs it.
 */
import { stat } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { createSystem, runMain } from '@troupe/core'
import { HELP, parseOptions } from './options.ts'
import { problemOf } from './problem.ts'
import { secretFrom } from '../secret.ts'
import { UsageError } from '../usage-error.ts'
import { serve } from './serve.ts'
import { wordCount } from './word-count.ts'

/** From src/wordcount as from dist/wordcount. */
const DEFAULT_FOLDER = fileURLToPath(new URL('../../../../node_modules', import.meta.url))

/** As a shell's programs end when nobody reads their output any more: 128 + the number of SIGPIPE. */
const NOBODY_READS = 141

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(NOBODY_READS) // the workers end with their parent
})

try {
  const options = parseOptions(process.argv.slice(2))
  if (options === 'help') {
    console.log(HELP)
  } else if ('serve' in options) {
    const secret = secretFrom(process.env)
    const system = createSystem({ name: 'wordcount-worker' })
    await runMain(system, () => serve(system, options.serve, secret))
  } else {
    const folder = options.folder ?? DEFAULT_FOLDER
    await checkFolder(folder)
    const secret = options.place.kind === 'machines' ? secretFrom(process.env) : null
    const system = createSystem({ name: 'wordcount' })
    await runMain(system, ({ signal }) => wordCount({ system, folder, options, secret, signal }))
  }
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  console.error(`wordcount: ${error.message}\nTry --help.`)
  process.exitCode = 2
}

async function checkFolder(folder: string): Promise<void> {
  const facts = await stat(folder).catch((error: unknown) => {
    throw new UsageError(`cannot count ${folder}: ${problemOf(error)}`, { cause: error })
  })
  if (!facts.isDirectory()) throw new UsageError(`cannot count ${folder}: it is not a folder`)
}
