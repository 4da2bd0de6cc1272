import { defineConfig } from 'tsup'
import { library } from '../../tsup.base.ts'

export default defineConfig({
  ...library({ index: 'src/index.ts' }),
  entry: ['src/index.ts', 'src/browser.ts'], // the same declarations for both
})
