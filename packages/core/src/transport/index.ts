/**
 * The door `@troupe/core/transport`: what authors of transports need, and the reference transport to read first.
 */
export type { Clock, Timer } from '../base/clock.ts'
export { systemClock } from '../base/clock.ts'
export { ManualClock } from '../base/manual-clock.ts'
export type { NodeId } from '../model/address.ts'
export type { ExitReason } from '../model/exit-reason.ts'
export type { Connector, MemoryLane, Link, LinkEvents, Listener } from '../model/link.ts'
export type { LinkPolicy, PeerAction, PeerInfo, Quotas, Reconnect, Secret } from '../model/link-policy.ts'
export type { LaunchedNode, Node, NodeDefinition, NodeHost, NodeProtocol, Peer } from '../model/node.ts'
export { nodeDefinition } from '../actor/node-actor.ts'
export type { NodeOptions } from '../actor/node-actor.ts'
export { serveParent } from '../system/serve-parent.ts'
export type { ServeOptions } from '../system/serve-parent.ts'
export { modulesForWorkers } from '../serialization/registry.ts'
export { memoryTransport } from './memory-transport.ts'
export type { MemoryTransport, MemoryTransportOptions } from './memory-transport.ts'
