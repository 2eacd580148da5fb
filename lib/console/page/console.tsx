/** The entry point of the console's page: each event of the stream updates it. */
import { render } from 'preact'
import { type CampaignState, createCampaignState } from '../model/campaign-state.js'
import type { StreamEvent } from '../protocol.js'
import { type ConnectionState, openEventStream, takeToken } from './api.js'
import { App } from './app.js'

const root = document.getElementById('console') as HTMLElement
const { apply } = createCampaignState()
let campaign: CampaignState | undefined
let connection: ConnectionState = 'connecting'

const draw = () => render(<App campaign={campaign} connection={connection} />, root)

takeToken()
root.replaceChildren()
draw()
void openEventStream({
  onData(text) {
    const startMs = performance.now()
    const streamEvent = JSON.parse(text) as StreamEvent
    campaign = apply(streamEvent)
    draw()
    if (document.title !== campaign.head.title) document.title = campaign.head.title
    performance.measure('console:update', {
      start: startMs,
      detail: { rows: streamEvent.rows.length, event: streamEvent.event },
    })
  },
  connection(now) {
    connection = now
    draw()
  },
})
