/** The promises of docs/SEMANTICS.md, with the actors in a child process. */
import { describeSemantics } from '@troupe/testkit/semantics'
import { childProcess } from '../../src/index.ts'
import { workerPlaces } from './places.ts'

describeSemantics('in a child process', workerPlaces(childProcess))
