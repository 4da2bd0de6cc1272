import { defineConfig } from 'tsup'
import { preset } from '../../tsup.base.ts'

export default defineConfig(
  preset({ index: 'src/index.ts', 'parallel/index': 'src/parallel/index.ts', 'transport/index': 'src/transport/index.ts' }),
)
