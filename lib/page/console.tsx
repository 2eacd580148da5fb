/** The console's page: it shows what the stream tells. */
import { render } from 'preact'
import { type Board, createBoard } from '../campaign/console/board.js'
import type { Telling } from '../campaign/console/wire.js'
import { App } from './app.js'
import { takeToken } from './session.js'
import { type Link, listen } from './stream.js'

const root = document.getElementById('console') as HTMLElement
const { take } = createBoard()
let board: Board | undefined
let link: Link = 'connecting'

const draw = () => render(<App board={board} link={link} />, root)

takeToken()
root.replaceChildren()
draw()
void listen({
  told(text) {
    const startMs = performance.now()
    const telling = JSON.parse(text) as Telling
    board = take(telling)
    draw()
    if (document.title !== board.head.title) document.title = board.head.title
    performance.measure('console:update', {
      start: startMs,
      detail: { rows: telling.rows.length, event: telling.event },
    })
  },
  link(now) {
    link = now
    draw()
  },
})
