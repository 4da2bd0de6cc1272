import { utimes } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { compare } from '../../src/wordcount/compare.ts'
import { countFiles } from '../../src/wordcount/count-files.ts'
import { tempTree } from './temp-tree.ts'

const { signal } = new AbortController()

describe('count files', () => {
  it('adds up what it reads, and tells of what it cannot read', async () => {
    await using tree = await tempTree({ 'a.md': 'one two', 'b.md': 'two', 'folder.md/x': '' })
    const paths = ['a.md', 'gone.md', 'folder.md', 'b.md'].map((name) => tree.at(name))
    expect(await countFiles(paths, signal)).toEqual({
      counts: new Map([
        ['one', 1],
        ['two', 2],
      ]),
      files: 2,
      bytes: 10,
      unreadable: [
        { path: tree.at('gone.md'), problem: 'ENOENT: no such file or directory' },
        { path: tree.at('folder.md'), problem: 'EISDIR: illegal operation on a directory' },
      ],
    })
  })

  it('stops between two files when it is told to', async () => {
    await using tree = await tempTree({ 'a.md': 'one' })
    await expect(countFiles([tree.at('a.md')], AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough')
  })
})

describe('comparison', () => {
  it('is equal when each word and the files are', async () => {
    await using tree = await tempTree({ 'a.md': 'one two two' })
    const paths = [tree.at('a.md')]
    const counts = new Map([
      ['two', 2],
      ['one', 1],
    ])
    expect(await compare(paths, { counts, files: 1, since: Date.now() }, signal)).toMatchObject({ equal: true, differences: [] })
    expect(await compare(paths, { counts, files: 2, since: Date.now() }, signal)).toMatchObject({ equal: false, differences: [] })
  })

  it('names the words that differ, and the files that were changed meanwhile', async () => {
    await using tree = await tempTree({ 'old.md': 'one two', 'new.md': 'two' })
    const since = 1_000_000
    await utimes(tree.at('old.md'), since / 1_000, since / 1_000)
    const counts = new Map([
      ['two', 1],
      ['zoo', 1],
      ['one', 1],
    ])
    expect(await compare([tree.at('old.md'), tree.at('new.md')], { counts, files: 2, since }, signal)).toMatchObject({
      equal: false,
      differences: [
        { word: 'two', parallel: 1, alone: 2 },
        { word: 'zoo', parallel: 1, alone: 0 },
      ],
      changed: [tree.at('new.md')],
    })
  })
})
