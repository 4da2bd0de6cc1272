import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const isBuilt = existsSync(new URL('../../dist/index.js', import.meta.url))

describe.skipIf(!isBuilt)('the built package', () => {
  it('starts threads and child processes from JavaScript, without tsx', async () => {
    const program = fileURLToPath(new URL('../programs/built.mjs', import.meta.url))
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [program])
    expect([stdout, stderr]).toEqual(['thread 21\ntrue\nchildProcess 21\ntrue\n', ''])
  })
})
