/**
 * Builds a page: the chat's into dist/chat/page, unless another root is said. From source, so that no package has to be built before it.
 */
import { fileURLToPath } from 'node:url'
import { defaultClientConditions, defineConfig } from 'vite'

export default defineConfig({
  root: fileURLToPath(new URL('src/chat/page', import.meta.url)),
  base: './',
  logLevel: 'warn',
  worker: { format: 'es' },
  resolve: { conditions: ['troupe-src', ...defaultClientConditions] },
  build: {
    outDir: fileURLToPath(new URL('dist/chat/page', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
  },
})
