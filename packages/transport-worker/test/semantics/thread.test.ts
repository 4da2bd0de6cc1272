/** The promises of docs/SEMANTICS.md, with the actors in a worker thread. */
import { describeSemantics } from '@troupe/testkit/semantics'
import { thread } from '../../src/index.ts'
import { workerPlaces } from './places.ts'

describeSemantics('in a worker thread', workerPlaces(thread))
