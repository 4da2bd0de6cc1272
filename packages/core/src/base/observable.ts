/**
 * The one door to rxjs. It is for edges, such as events and streams, never for the delivery of a message.
 */
import type { Observable as RxObservable } from 'rxjs'

export { Observable, isObservable } from 'rxjs'
export type { Observer, Subscriber, Subscription } from 'rxjs'

/** An Observable that `for await` can read too, at the reader's pace. */
export type Stream<Value> = RxObservable<Value> & AsyncIterable<Value>
