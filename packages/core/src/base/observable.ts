/**
 * The one door to rxjs. It is for edges, such as events and streams, never for the delivery of a message.
 */
export { Observable, Subject } from 'rxjs'
export type { Subscriber } from 'rxjs'
