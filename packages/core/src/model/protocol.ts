/**
 * The types that make refs typed end to end: what a protocol's messages take and give. Types only.
 */
import type { Observable } from '../base/observable.ts'
import type { ActorDefinition } from './definition.ts'
import type { ActorRef } from './ref.ts'
import type { Deferred } from './self.ts'

/** A protocol that is not known: any message, any arguments, unknown answers. */
export type Dynamic = unknown

/** A handler, whatever it takes. */
type Handler = (...args: never[]) => unknown

/** The names of a protocol's messages. */
export type MethodsOf<Protocol> = unknown extends Protocol
  ? string
  : { [Name in keyof Protocol]: Protocol[Name] extends Handler ? Name : never }[keyof Protocol] & string

/** What a message takes. */
export type ArgsOf<Protocol, Method> = unknown extends Protocol
  ? unknown[]
  : Method extends keyof Protocol
    ? Protocol[Method] extends (...args: infer Args) => unknown
      ? Args
      : never
    : never

type Returned<Protocol, Method> = Method extends keyof Protocol
  ? Protocol[Method] extends (...args: never[]) => infer Result
    ? Result
    : never
  : unknown

/** What an ask resolves to: the handler's value, its promise's value, or what it resolves its deferred answer with. */
export type ReplyOf<Protocol, Method> = unknown extends Protocol ? unknown : Settled<Awaited<Returned<Protocol, Method>>>

type Settled<Result> = Result extends Deferred<infer Value> ? Value : Result

/** What a stream carries. */
export type ItemOf<Protocol, Method> = unknown extends Protocol ? unknown : Item<Awaited<Returned<Protocol, Method>>>

type Item<Result> = unknown extends Result
  ? unknown
  : Result extends Observable<infer Value>
    ? Value
    : Result extends AsyncIterable<infer Value>
      ? Value
      : Result extends Iterable<infer Value>
        ? Value
        : never

/** The type of a ref to actors of a definition: `type CounterRef = RefOf<typeof Counter>`. */
export type RefOf<Definition> = Definition extends ActorDefinition<infer Protocol, never> ? ActorRef<Protocol> : never
