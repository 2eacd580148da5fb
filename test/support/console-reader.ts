/** A reader of a console, as its page is one: with the token of the printed address, over real sockets. */
import { createParser } from 'eventsource-parser'
import { type Board, createBoard } from '../../lib/campaign/console/board.js'
import type { Telling } from '../../lib/campaign/console/wire.js'

export interface ConsoleReader {
  /** Every event so far. */
  readonly told: readonly Telling[]
  /** Reads on until what is known is as wished. */
  until(isSo: (board: Board) => boolean): Promise<Board>
  ask(path: string): Promise<Response>
  post(path: string, value: unknown): Promise<Response>
  close(): Promise<void>
}

export async function readConsole(address: string): Promise<ConsoleReader> {
  const { origin, hash } = new URL(address)
  const authorization = `Bearer ${hash.slice(1)}`
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`${origin}${path}`, { ...init, headers: { ...init.headers, authorization, origin } })
  const { take } = createBoard()
  const told: Telling[] = []
  let board: Board | undefined
  const parser = createParser({
    onEvent({ data }) {
      const telling = JSON.parse(data) as Telling
      told.push(telling)
      board = take(telling)
    },
  })
  const { body } = await ask('/api/events')
  const reader = (body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader()
  return {
    told,
    async until(isSo) {
      while (!board || !isSo(board)) {
        const { value, done } = await reader.read()
        if (done) throw new Error(`the stream ended at ${JSON.stringify(board?.counts)}`)
        parser.feed(value)
      }
      return board
    },
    ask,
    post: (path, value) =>
      ask(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) }),
    close: () => reader.cancel(),
  }
}
