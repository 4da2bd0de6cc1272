import { defineConfig } from 'tsup'
import { preset } from '../../tsup.base.ts'

export default defineConfig(
  preset({ index: 'src/index.ts', 'child/bootstrap': 'src/child/bootstrap.ts', 'web/index': 'src/web/index.ts' }),
)
