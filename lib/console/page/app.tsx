/** The page as a whole. */
import { useMemo, useState } from 'preact/hooks'
import { count, instant, number } from '../../campaigns/facts/format.js'
import { type CampaignState, isAtRest } from '../model/campaign-state.js'
import { cenMap } from '../model/cen-map.js'
import { type ColumnName, filterRows, NO_FILTER, type RowFilter } from '../model/row-filter.js'
import type { ConnectionState } from './api.js'
import { CenMap } from './cen-map.js'
import { CountFilters } from './counts.js'
import { DeadLetters } from './dead-letters.js'
import { RowDialog } from './dialogs/row-dialog.js'
import { Grants } from './grants.js'
import { RowGrid } from './row-grid.js'
import { Timeline } from './timeline.js'

const CONNECTION_TEXTS: Readonly<Record<ConnectionState, string>> = {
  connecting: 'connecting …',
  live: 'live',
  lost: 'connection lost, trying again …',
  refused: 'the token is refused: open the address that the console printed last',
}

export function App({
  campaign,
  connection,
}: {
  readonly campaign: CampaignState | undefined
  readonly connection: ConnectionState
}) {
  return (
    <>
      <a class="skip" href="#rows">
        Skip to the rows
      </a>
      <header>
        <h1>{campaign?.head.title ?? 'Campaign console'}</h1>
        <p class="muted">
          <span class={`link ${connection}`} role="status">
            {CONNECTION_TEXTS[connection]}
          </span>
          {campaign && ` · since ${instant(campaign.head.startedAtMs)} · queue ${campaign.head.requestQueue}`}
        </p>
      </header>
      <main>{campaign && <Campaign campaign={campaign} />}</main>
    </>
  )
}

function Campaign({ campaign }: { readonly campaign: CampaignState }) {
  const [filter, setFilter] = useState<RowFilter>(NO_FILTER)
  const [opened, setOpened] = useState<string>()
  const cens = useMemo(() => cenMap(campaign.rows), [campaign])
  const rows = useMemo(() => filterRows(campaign.rows, filter), [campaign, filter])
  const row = opened === undefined ? undefined : campaign.rows.find(({ requestId }) => requestId === opened)
  const narrow = (narrowed: Partial<RowFilter>, { text, order }: RowFilter = filter) =>
    setFilter({ text, ...(order && { order }), ...narrowed })
  const sort = (by: ColumnName) =>
    setFilter({ ...filter, order: { by, down: filter.order?.by === by && !filter.order.down } })
  const { status, cenId, regionId } = filter
  const area = { ...(cenId !== undefined && { cenId }), ...(regionId !== undefined && { regionId }) }
  return (
    <>
      <CountFilters
        campaign={campaign}
        filter={filter}
        select={(one) => narrow({ ...area, ...(one && { status: one }) })}
      />
      <div class="columns">
        <div>
          <CenMap cens={cens} filter={filter} select={(one) => narrow({ ...(status && { status }), ...one })} />
          <section class="card" aria-labelledby="rows-title">
            <div class="split">
              <h2 id="rows-title">
                Rows{' '}
                <small>
                  {rows.length === campaign.rows.length
                    ? number(rows.length)
                    : `${number(rows.length)} of ${number(campaign.rows.length)}`}
                </small>
              </h2>
              <div class="tools">
                {(status ?? cenId ?? (filter.text || undefined)) !== undefined && (
                  <button type="button" onClick={() => setFilter(NO_FILTER)}>
                    Show all
                  </button>
                )}
                <input
                  type="search"
                  aria-label="Search the rows"
                  placeholder="Search ids, regions, codes …"
                  value={filter.text}
                  onInput={({ currentTarget }) => setFilter({ ...filter, text: currentTarget.value })}
                />
              </div>
            </div>
            <p class="unseen" role="status">
              {filter === NO_FILTER ? '' : `${count(rows.length, 'row')} shown`}
            </p>
            <RowGrid rows={rows} filter={filter} sort={sort} open={({ requestId }) => setOpened(requestId)} />
          </section>
          <Timeline counts={campaign.counts} of={campaign} />
        </div>
        <aside aria-label="To do">
          <Grants rows={campaign.rows} />
          <DeadLetters
            requestQueue={campaign.head.requestQueue}
            failed={campaign.counts.failed}
            quiet={isAtRest(campaign)}
          />
        </aside>
      </div>
      {row && <RowDialog key={row.requestId} row={row} close={() => setOpened(undefined)} />}
    </>
  )
}
