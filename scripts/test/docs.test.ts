import { beforeAll, describe, expect, it } from 'vitest'
import { blocksOf, compile, documents, runBlock } from '../doc-blocks.ts'
import { build } from '../lib/prepare.mjs'

const blocks = documents().flatMap(blocksOf)

describe('the examples in the documents', () => {
  let faults: string[]

  beforeAll(async () => {
    await build()
    faults = compile(blocks)
  }, 240_000)

  it('compile', () => {
    expect(faults).toEqual([])
  })

  for (const block of blocks.filter(({ runs }) => runs)) {
    it.concurrent(`${block.document}:${block.line} runs`, async () => {
      const output = await runBlock(block)
      if (block.prints !== undefined) expect(output.trimEnd()).toBe(block.prints)
    })
  }
})
