/**
 * A program that uses the objects of another one, on this machine or a far one: a dict, a number and objects of a class, by the same
 * calls as if they were here. Run several at a time: they share them.
 *
 *     TROUPE_SECRET=… node packages/examples/dist/parallel/manager-use.js --url ws://127.0.0.1:7600 --name Ada
 */
import { createSystem, isTroupeError, runMain } from '@troupe/core'
import type { ExitReason, System } from '@troupe/core'
import { openManager } from '@troupe/core/parallel'
import type { Exposed } from '@troupe/core/parallel'
import type { Connector } from '@troupe/core/transport'
import { wsConnector } from '@troupe/transport-ws'
import { commandLine } from '../command-line.ts'
import { secretFrom } from '../secret.ts'
import type { SharedAccount } from './tasks/account.ts'

const HELP = `usage: TROUPE_SECRET=… manager-use --url ws://… [--name NAME] [--amount N]

Pays N (default 5) into the account of NAME (default Ada) at the manager that manager-serve has at the URL.

  TROUPE_SECRET    in the environment: the same as the server's`

interface Payment {
  readonly connector: Connector
  readonly name: string
  readonly amount: number
}

async function main(system: System, { connector, name, amount }: Payment): Promise<ExitReason | void> {
  let far
  try {
    far = await system.connect(connector)
  } catch (error) {
    if (!isTroupeError(error)) throw error
    console.error(`manager-use: ${error.message} [${error.code}]`)
    return { kind: 'exit', code: 1 }
  }
  const bank = openManager(far.lookup('bank'))

  // Whoever asks for these names gets the same objects.
  const visits = await bank.number('int32', 0, { name: 'visits' })
  const accounts = await bank.dict<string, Exposed<SharedAccount>>([], { name: 'accounts' })
  console.log(`visit number ${await visits.add(1)}`)

  // A handle is a value like others: it can be kept in a dict, for those who come later.
  const opened = await accounts.get(name)
  const account = opened ?? (await bank.create<SharedAccount>('Account'))
  if (opened === undefined) await accounts.set(name, account)
  console.log(`${name} has ${await account.deposit(amount)}`)

  await account.deposit(-1).catch((error: unknown) => console.log(String(error))) // the server's error, of its class
  // Safe: it is the point that this is not so.
  const anything = account as unknown as { seize(): Promise<void> }
  await anything.seize().catch((error: unknown) => console.log(String(error)))
}

const options = commandLine(HELP, { url: '', name: 'Ada', amount: 5 }, ({ url }) => ({
  connector: wsConnector(url, { secret: secretFrom(process.env) }),
}))
if (options !== null) {
  const system = createSystem({ name: `teller-${process.pid}` })
  await runMain(system, () => main(system, options))
}
