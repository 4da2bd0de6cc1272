/**
 * The door `@troupe/testkit/semantics`: the promises as tests, and the actors that they need, which other nodes load from here.
 */
export { describeSemantics } from './describe-semantics.ts'
export type { Placement } from './describe-semantics.ts'
export type { Place } from './place.ts'
export { ALL, Asker, Crew, LastWords, Leaf, Observer, Parent, Recorder, Worker } from './actors.ts'
