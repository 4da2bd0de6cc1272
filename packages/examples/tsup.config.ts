import { defineConfig } from 'tsup'
import { build } from 'vite'
import { preset } from '../../tsup.base.ts'

export default defineConfig({
  ...preset({}),
  entry: ['src/**/*.ts', '!src/chat/page/**'],
  onSuccess: () => build({ configFile: 'vite.config.ts' }).then(() => undefined), // the page, into the same folder
})
