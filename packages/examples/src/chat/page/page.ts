/**
 * The chat in a browser: a Troupe system in the page, with the same visit as the terminal's. The page has no state but what it
 * shows; texts of others are only ever set as text.
 */
import { createSystem } from '@troupe/core'
import { wsConnector } from '@troupe/transport-ws'
import type { Line, RoomInfo } from '../protocol.ts'
import { Visit } from '../visit.ts'

/** Milliseconds between two looks at the list of rooms. */
const ROOMS_EVERY = 2_000
const URL_OF_CHAT = new URL('/chat', location.href.replace(/^http/, 'ws')).href

const enter = element('enter', HTMLFormElement)
const chat = element('chat', HTMLElement)
const name = element('name', HTMLInputElement)
const room = element('room', HTMLInputElement)
const password = element('password', HTMLInputElement)
const text = element('text', HTMLInputElement)
const lines = element('lines', HTMLOListElement)
const state = element('state', HTMLElement)
const problem = element('problem', HTMLElement)

const system = createSystem({ name: 'page' })
let visit: Visit | null = null

enter.addEventListener('submit', (event) => {
  event.preventDefault()
  void begin(room.value)
})
element('say', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault()
  if (text.value.trim() !== '' && visit?.say(text.value)) text.value = ''
})
element('leave', HTMLButtonElement).addEventListener('click', () => void visit?.leave())
addEventListener('pagehide', () => void system.shutdown())
setInterval(() => void showRooms(), ROOMS_EVERY)

/** Enters a room, and stays until the visit ends. */
async function begin(where: string): Promise<void> {
  await visit?.leave()
  problem.textContent = ''
  lines.replaceChildren()
  element('room-name', HTMLElement).textContent = where
  const mine = new Visit({
    system,
    connector: wsConnector(URL_OF_CHAT, { secret: password.value, insecure: true }), // the page itself came this way
    room: where,
    name: name.value.trim(),
    view: {
      line: showLine,
      members: (names) =>
        show(
          'members',
          names.map((who) => item(who)),
        ),
      state(now, why) {
        state.dataset['state'] = now
        state.textContent = now === 'in' ? why : `lost, calling again: ${why}`
        if (now === 'in') showChat(true)
        void showRooms()
      },
    },
  })
  visit = mine
  try {
    await mine.ended
  } catch (error) {
    problem.textContent = error instanceof Error ? error.message : String(error)
  }
  if (visit !== mine) return
  visit = null
  showChat(false)
}

function showChat(isIn: boolean): void {
  enter.hidden = isIn
  chat.hidden = !isIn
  if (isIn) text.focus()
}

function showLine({ from, text: said }: Line): void {
  const line = item(from === null ? said : `: ${said}`)
  if (from === null) line.className = 'news'
  else {
    const who = document.createElement('span')
    who.className = 'from'
    who.textContent = from
    line.prepend(who)
  }
  lines.append(line)
  line.scrollIntoView({ block: 'end' })
}

async function showRooms(): Promise<void> {
  const rooms = await visit?.rooms().catch(() => null)
  if (rooms) show('rooms', rooms.map(roomItem))
}

function roomItem({ name: where, members }: RoomInfo): HTMLElement {
  const button = document.createElement('button')
  button.type = 'button'
  button.textContent = `${where} (${members})`
  button.addEventListener('click', () => void begin(where))
  const entry = item('')
  entry.append(button)
  return entry
}

function item(content: string): HTMLElement {
  const entry = document.createElement('li')
  entry.textContent = content
  return entry
}

function show(list: string, items: readonly HTMLElement[]): void {
  element(list, HTMLElement).replaceChildren(...items)
}

function element<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const found = document.querySelector(`#${id}`)
  if (found instanceof kind) return found
  throw new TypeError(`the page has no ${kind.name} with the id ${id}`)
}
