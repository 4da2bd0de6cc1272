import { mkdir, symlink } from 'node:fs/promises'
import { relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findFiles } from '../../src/wordcount/find-files.ts'
import { tempTree } from './temp-tree.ts'

describe('find files', () => {
  it('finds text files by name, folder by folder', async () => {
    const names = ['b.md', 'a.txt', 'B.js', 'sub/z.ts', 'sub/a.json', 'readme', 'photo.png', 'sub.md/x.md', '.hidden/y.md']
    await using tree = await tempTree(Object.fromEntries(names.map((name) => [name, 'xy'])))
    const { files, unreadable } = await findFiles(tree.root)
    expect(files.map(({ path }) => relative(tree.root, path))).toEqual([
      '.hidden/y.md',
      'B.js',
      'a.txt',
      'b.md',
      'sub/a.json',
      'sub/z.ts',
      'sub.md/x.md',
    ])
    expect(files[0]?.bytes).toBe(2)
    expect(unreadable).toEqual([])
  })

  it('finds a real file once, however many links lead to it, and does not go round in circles', async () => {
    await using tree = await tempTree({
      '.pnpm/left@1/index.js': 'left',
      left: { link: '.pnpm/left@1' },
      '.pnpm/right@1/left': { link: '../left@1' },
      '.pnpm/right@1/self': { link: '.' },
      'also.js': { link: '.pnpm/left@1/index.js' },
      up: { link: '..' },
    })
    const { files } = await findFiles(tree.root)
    expect(files.map(({ path }) => relative(tree.root, path))).toEqual(['.pnpm/left@1/index.js'])
  })

  it('leaves out what tools keep in node_modules for themselves', async () => {
    const names = [
      '.cache/x.js',
      '.state.json',
      '.pnpm/a@1/node_modules/a/x.js',
      '.pnpm/a@1/node_modules/.hidden/x.js',
      'b/x.js',
      'b/.own/x.js',
    ]
    await using tree = await tempTree(Object.fromEntries(names.map((name) => [`node_modules/${name}`, 'x'])))
    const { files } = await findFiles(tree.at('node_modules'))
    const found = files.map(({ path }) => relative(tree.at('node_modules'), path))
    expect(found).toEqual(['.pnpm/a@1/node_modules/a/x.js', 'b/.own/x.js', 'b/x.js'])
  })

  it('takes a link to a file as that file, and tells of links that lead nowhere', async () => {
    await using tree = await tempTree({
      'lost.md': { link: 'nowhere' },
      'round.md': { link: 'round.md' },
      'lost.png': { link: 'nowhere' },
    })
    await using other = await tempTree({ 'real.txt': 'x' })
    await symlink(other.at('real.txt'), tree.at('notes.md'))
    const { files, unreadable } = await findFiles(tree.root)
    expect(files.map(({ path }) => path)).toEqual([other.at('real.txt')])
    expect(unreadable).toEqual([
      { path: tree.at('lost.md'), problem: 'ENOENT: no such file or directory' },
      { path: tree.at('round.md'), problem: 'ELOOP: too many symbolic links encountered' },
    ])
  })

  it('goes through a root that is a link, and rejects one that is not there', async () => {
    await using tree = await tempTree({ 'real/a.md': 'a', link: { link: 'real' } })
    const { files } = await findFiles(tree.at('link'))
    expect(files.map(({ path }) => path)).toEqual([tree.at('real/a.md')])
    await expect(findFiles(tree.at('missing'))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('finds nothing in an empty folder', async () => {
    await using tree = await tempTree({})
    await mkdir(tree.at('empty.md'))
    expect(await findFiles(tree.root)).toEqual({ files: [], unreadable: [] })
  })
})
