/** A reader of a console, as its page is one: with the token of the printed address, over real sockets. */
import { createParser } from 'eventsource-parser'
import { type CampaignState, createCampaignState } from '../../../lib/console/model/campaign-state.js'
import type { StreamEvent } from '../../../lib/console/protocol.js'

export interface ConsoleReader {
  /** Every event so far. */
  readonly events: readonly StreamEvent[]
  /** Reads on until what is known is as wished. */
  until(isSo: (campaign: CampaignState) => boolean): Promise<CampaignState>
  ask(path: string): Promise<Response>
  post(path: string, value: unknown): Promise<Response>
  close(): Promise<void>
}

export async function readConsole(address: string): Promise<ConsoleReader> {
  const { origin, hash } = new URL(address)
  const authorization = `Bearer ${hash.slice(1)}`
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`${origin}${path}`, { ...init, headers: { ...init.headers, authorization, origin } })
  const { apply } = createCampaignState()
  const events: StreamEvent[] = []
  let campaign: CampaignState | undefined
  const parser = createParser({
    onEvent({ data }) {
      const streamEvent = JSON.parse(data) as StreamEvent
      events.push(streamEvent)
      campaign = apply(streamEvent)
    },
  })
  const { body } = await ask('/api/events')
  const reader = (body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader()
  return {
    events,
    async until(isSo) {
      while (!campaign || !isSo(campaign)) {
        const { value, done } = await reader.read()
        if (done) throw new Error(`the stream ended at ${JSON.stringify(campaign?.counts)}`)
        parser.feed(value)
      }
      return campaign
    },
    ask,
    post: (path, value) =>
      ask(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) }),
    close: () => reader.cancel(),
  }
}
