/**
 * The built page over HTTP. All files are read before the first request, so that a request can ask for nothing else.
 */
import { readFile, readdir } from 'node:fs/promises'
import type { RequestListener } from 'node:http'
import { extname, join, sep } from 'node:path'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
}
const HEADERS = {
  'Content-Security-Policy': "default-src 'self'; img-src 'self' data:; connect-src 'self' ws: wss:; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-cache',
}

/** Serves what vite built to `folder`; where nothing was built, it says so. */
export async function pageFiles(folder: string): Promise<RequestListener> {
  const files = new Map<string, { readonly type: string; readonly body: Buffer }>()
  for (const name of await readdir(folder, { recursive: true }).catch(() => [])) {
    const type = TYPES[extname(name)]
    if (type !== undefined) files.set(`/${name.replaceAll(sep, '/')}`, { type, body: await readFile(join(folder, name)) })
  }
  return (request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
    const file = files.get(path === '/' ? '/index.html' : path)
    if (file) response.writeHead(200, { ...HEADERS, 'Content-Type': file.type }).end(file.body)
    else
      response
        .writeHead(404, { 'Content-Type': 'text/plain' })
        .end(files.size > 0 ? 'not found' : 'the page was not built: npm run build')
  }
}
