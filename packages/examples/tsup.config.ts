import { defineConfig } from 'tsup'
import { build } from 'vite'
import type { InlineConfig } from 'vite'
import { filePerFile } from '../../tsup.base.ts'

export default defineConfig({
  ...filePerFile({}),
  entry: ['src/**/*.ts', '!src/*/page/**'],
  onSuccess: async () => {
    for (const page of ['chat', 'responsive']) await build(pageOf(page)) // into the same folder
  },
})

function pageOf(example: string): InlineConfig {
  return { configFile: 'vite.config.ts', root: `src/${example}/page`, build: { outDir: `../../../dist/${example}/page` } }
}
