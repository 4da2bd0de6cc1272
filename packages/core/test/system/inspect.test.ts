import { describe, expect, it } from 'vitest'
import { actor } from '../../src/actor/define.ts'
import { supervisor } from '../../src/actor/supervisor.ts'
import type { ActorInfo } from '../../src/model/system.ts'
import { memoryTransport } from '../../src/transport/memory-transport.ts'
import { Journal, member, members } from '../support/members.ts'
import { MODULE, MemoryNode } from '../support/memory-node.ts'
import { testSystem, timedSystem } from '../support/test-system.ts'
import { gate, turns } from '../support/waiting.ts'

/** `shop running` and below it, two spaces further in, its children. */
function drawn(info: ActorInfo, indent = ''): string[] {
  const name = info.path.slice(info.path.lastIndexOf('/') + 1)
  return [`${indent}${name} ${info.state}`, ...info.children.flatMap((child) => drawn(child, `${indent}  `))]
}

describe('inspect', () => {
  it('shows the tree with states, definitions, mailboxes, stashes and restarts', async () => {
    await using system = testSystem({ name: 'shop' })
    const Parent = actor({
      name: 'Parent',
      setup(self) {
        self.spawn(member(new Journal(), 'x'), [], { name: 'child' })
        return {}
      },
    })
    system.spawn(Parent, [], { name: 'parent' })
    const busy = system.spawn(member(new Journal(), 'y'), [], { name: 'busy' })
    void busy.tell('keep', 1)
    const held = gate()
    const Slow = actor({ name: 'Slow', setup: () => held.promise.then(() => ({})) })
    system.spawn(Slow, [], { name: 'slow' })
    void busy.tell('hang')
    void busy.tell('add', 1)
    void busy.tell('add', 1)
    await turns()
    const tree = system.inspect()
    expect(drawn(tree)).toEqual(['shop running', '  parent running', '    child running', '  busy suspended', '  slow starting'])
    expect(tree).toMatchObject({ path: 'troupe://shop', address: `troupe://${system.id}`, definition: 'system' })
    expect(tree.children[1]).toMatchObject({ definition: 'Member', mailbox: 2, stashed: 1, restarts: 0, address: busy.address })
    held.open()
    busy.kill()
  })

  it('shows what a supervisor knows of children that wait, and of those that live elsewhere', async () => {
    const { system } = timedSystem({ name: 'shop' })
    await using _ = system
    const journal = new Journal()
    const A = { ...member(journal, 'a'), name: 'A', module: MODULE }
    const node = new MemoryNode('w', { A })
    const children = [{ id: 'w', actor: node.definition }, { id: 'a', actor: A, on: 'w' }, ...members(journal, { b: {} })]
    const crew = system.spawn(supervisor({ name: 'Crew', backoff: { min: 100, max: 100 }, children }), [], { name: 'crew' })
    await crew.ready
    expect(drawn(system.inspect())).toEqual(['shop running', '  crew running', '    w running', '    a running', '    b running'])
    ;(await crew.ask('child', 'b')).kill()
    node.end({ kind: 'signal', signal: 'SIGKILL' })
    await turns()
    void (await crew.ask('child', 'a')).tell('add', 1)
    const tree = system.inspect()
    expect(drawn(tree)).toEqual(['shop running', '  crew running', '    w restarting', '    a restarting', '    b restarting'])
    expect(tree.children[0]?.children[1]).toMatchObject({ definition: 'A', mailbox: 1, restarts: 0 })
  })

  it('shows workers, and actors that others have here', async () => {
    await using far = testSystem({ name: 'far' })
    await using system = testSystem({ name: 'shop' })
    const { connector, listener } = memoryTransport()
    const Guest = { ...member(new Journal(), 'guest'), name: 'Guest' }
    await far.listen(listener, { offer: [Guest] })
    const node = await system.connect(connector)
    await system.start(new MemoryNode('w', {}).definition)
    await system.spawn(Guest, [], { on: node, name: 'guest' }).ready
    expect(drawn(far.inspect())).toEqual(['far running', '  guest running'])
    expect(drawn(system.inspect())).toEqual(['shop running', '  guest running', expect.stringMatching(/^ {2}w\$\d+ running$/)])
    expect(system.inspect().children[1]?.path).toMatch(/^troupe:\/\/shop\/\$workers\//)
  })

  it('shows a system that stops', async () => {
    const system = testSystem({ name: 'shop' })
    const slow = gate()
    system.spawn(member(new Journal(), 'a', { onStop: () => slow.promise }), [], { name: 'a' })
    await turns()
    const down = system.shutdown()
    await turns()
    expect(drawn(system.inspect())).toEqual(['shop stopping', '  a stopping'])
    slow.open()
    await down
    expect(drawn(system.inspect())).toEqual(['shop stopped'])
  })
})
