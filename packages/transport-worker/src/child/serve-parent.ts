/**
 * Stands in for core's function of the same name until the door has it: says hello, echoes, calls exported functions, ends.
 */
import type { ExitReason, Link } from '@troupe/core/transport'
import type { LoadModule } from './module-loader.ts'

const text = new TextDecoder()
const bytes = new TextEncoder()

export async function serveParent(
  link: Link,
  options: { readonly name: string; readonly load: LoadModule },
): Promise<ExitReason> {
  return await new Promise((resolve) => {
    link.open({
      frame: (frame) => {
        const said = frame.length < 10_000 ? text.decode(frame) : ''
        if (said === 'shutdown') resolve({ kind: 'shutdown' })
        else if (said.startsWith('call ')) {
          const [, module = '', name = ''] = said.split(' ')
          void options.load(module).then((exports) => {
            const call = exports[name]
            if (typeof call === 'function') (call as (link: Link) => void)(link)
          })
        } else link.send(frame.slice())
      },
      drain: () => {},
      closed: resolve,
    })
    link.send(bytes.encode(options.name))
  })
}
