import type { Options } from 'tsup'
import { filePerFile } from '../tsup.base.ts'

// Nothing is cleared away: another bench may be running from there.
const options: Options = { ...filePerFile({}), clean: false }

export default options
