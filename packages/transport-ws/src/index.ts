/**
 * The door: links to other machines over WebSockets. Browsers get browser.ts in its place, with the same names.
 */
export { ConnectError } from './errors.ts'
export type { HttpServer, WsConnectorOptions, WsListenerOptions, WsOptions } from './options.ts'
export type { ConnectorTls, ListenerTls, Pem } from './tls-options.ts'
export { wsConnector } from './ws-connector.ts'
export { wsListener } from './ws-listener.ts'
