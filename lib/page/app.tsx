/** The page as a whole. */
import { useMemo, useState } from 'preact/hooks'
import { type Board, isQuiet } from '../campaign/console/board.js'
import { cenMap } from '../campaign/console/cen-map.js'
import { ALL, type Choice, type ColumnName, chosen } from '../campaign/console/choice.js'
import { count, instant, number } from '../campaign/report/words.js'
import { CountFilters } from './counts.js'
import { Grants } from './grants.js'
import { Letters } from './letters.js'
import { CenMap } from './map.js'
import { RowDialog } from './row-dialog.js'
import { RowGrid } from './row-grid.js'
import type { Link } from './stream.js'
import { Timeline } from './timeline.js'

const LINKS: Readonly<Record<Link, string>> = {
  connecting: 'connecting …',
  live: 'live',
  lost: 'connection lost, trying again …',
  refused: 'this page is not let in: open the address that the console printed last',
}

export function App({ board, link }: { readonly board: Board | undefined; readonly link: Link }) {
  return (
    <>
      <a class="skip" href="#rows">
        Skip to the rows
      </a>
      <header>
        <h1>{board?.head.title ?? 'Campaign console'}</h1>
        <p class="muted">
          <span class={`link ${link}`} role="status">
            {LINKS[link]}
          </span>
          {board && ` · since ${instant(board.head.startedAtMs)} · queue ${board.head.requestQueue}`}
        </p>
      </header>
      <main>{board && <Campaign board={board} />}</main>
    </>
  )
}

function Campaign({ board }: { readonly board: Board }) {
  const [choice, setChoice] = useState<Choice>(ALL)
  const [opened, setOpened] = useState<string>()
  const cens = useMemo(() => cenMap(board.rows), [board])
  const rows = useMemo(() => chosen(board.rows, choice), [board, choice])
  const row = opened === undefined ? undefined : board.rows.find(({ requestId }) => requestId === opened)
  const narrow = (narrowed: Partial<Choice>, { text, order }: Choice = choice) =>
    setChoice({ text, ...(order && { order }), ...narrowed })
  const sort = (by: ColumnName) =>
    setChoice({ ...choice, order: { by, down: choice.order?.by === by && !choice.order.down } })
  const { standing, cenId, regionId } = choice
  const place = { ...(cenId !== undefined && { cenId }), ...(regionId !== undefined && { regionId }) }
  return (
    <>
      <CountFilters
        board={board}
        choice={choice}
        choose={(one) => narrow({ ...place, ...(one && { standing: one }) })}
      />
      <div class="columns">
        <div>
          <CenMap cens={cens} choice={choice} choose={(one) => narrow({ ...(standing && { standing }), ...one })} />
          <section class="card" aria-labelledby="rows-title">
            <div class="split">
              <h2 id="rows-title">
                Rows{' '}
                <small>
                  {rows.length === board.rows.length
                    ? number(rows.length)
                    : `${number(rows.length)} of ${number(board.rows.length)}`}
                </small>
              </h2>
              <div class="tools">
                {(standing ?? cenId ?? (choice.text || undefined)) !== undefined && (
                  <button type="button" onClick={() => setChoice(ALL)}>
                    Show all
                  </button>
                )}
                <input
                  type="search"
                  aria-label="Search the rows"
                  placeholder="Search ids, regions, codes …"
                  value={choice.text}
                  onInput={({ currentTarget }) => setChoice({ ...choice, text: currentTarget.value })}
                />
              </div>
            </div>
            <p class="unseen" role="status">
              {choice === ALL ? '' : `${count(rows.length, 'row')} shown`}
            </p>
            <RowGrid rows={rows} choice={choice} sort={sort} open={({ requestId }) => setOpened(requestId)} />
          </section>
          <Timeline counts={board.counts} of={board} />
        </div>
        <aside aria-label="What there is to do">
          <Grants rows={board.rows} />
          <Letters requestQueue={board.head.requestQueue} failed={board.counts.failed} quiet={isQuiet(board)} />
        </aside>
      </div>
      {row && <RowDialog key={row.requestId} row={row} close={() => setOpened(undefined)} />}
    </>
  )
}
