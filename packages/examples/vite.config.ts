/**
 * Builds the chat's page into dist/chat/page. From source, so that no package has to be built before it.
 */
import { fileURLToPath } from 'node:url'
import { defaultClientConditions, defineConfig } from 'vite'

export default defineConfig({
  root: fileURLToPath(new URL('src/chat/page', import.meta.url)),
  base: './',
  logLevel: 'warn',
  resolve: { conditions: ['troupe-src', ...defaultClientConditions] },
  build: {
    outDir: fileURLToPath(new URL('dist/chat/page', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
  },
})
