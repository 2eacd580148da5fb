/** The stream of events, opened again whenever it breaks: the console then tells everything anew. */
import { createParser } from 'eventsource-parser'
import { ask, Refused } from './session.js'

export type Link = 'connecting' | 'live' | 'lost' | 'refused'

export interface Listener {
  /** An event, as JSON. */
  told(text: string): void
  link(link: Link): void
}

const [SOON_MS, LATE_MS] = [500, 5_000]
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** `EventSource` can send no header, and the token stands in one. Ends only where the token is refused. */
export async function listen({ told, link }: Listener): Promise<void> {
  let waitMs = SOON_MS
  const parser = createParser({ onEvent: ({ data }) => told(data) })
  for (;;) {
    try {
      const { body } = await ask('/api/events')
      if (!body) throw new Error('it says nothing')
      link('live')
      waitMs = SOON_MS
      parser.reset({ consume: false })
      const reader = body.pipeThrough(new TextDecoderStream()).getReader()
      for (let read = await reader.read(); !read.done; read = await reader.read()) parser.feed(read.value)
    } catch (error) {
      if (error instanceof Refused) return link('refused')
    }
    link('lost')
    await sleep(waitMs)
    waitMs = Math.min(LATE_MS, waitMs * 2)
  }
}
