import { defineConfig } from 'tsup'
import { library } from '../../tsup.base.ts'

export default defineConfig(
  library({ index: 'src/index.ts', 'child/bootstrap': 'src/child/bootstrap.ts', 'web/index': 'src/web/index.ts' }),
)
