/** The rows: a grid of which only what is on the screen is drawn, walked by the arrow keys. */
import { useRef, useState } from 'preact/hooks'
import type { RecordedRow } from '../campaign/campaign-record.js'
import type { Choice, ColumnName } from '../campaign/console/choice.js'
import { COLUMN_CELLS } from './columns.js'
import { useVirtualRows } from './virtual-rows.js'

const [ROW_PX, HEAD_PX] = [30, 30]

interface RowGridProps {
  readonly rows: readonly RecordedRow[]
  readonly choice: Choice
  readonly sort: (by: ColumnName) => void
  readonly open: (row: RecordedRow) => void
}

/** How far a key goes, from where, among how many; PageUp and PageDown by a screen. */
const STEPS: Readonly<Record<string, (at: number, last: number, screen: number) => number>> = {
  ArrowDown: (at) => at + 1,
  ArrowUp: (at) => at - 1,
  PageDown: (at, _, screen) => at + screen,
  PageUp: (at, _, screen) => at - screen,
  Home: () => 0,
  End: (_, last) => last,
}

export function RowGrid({ rows, choice, sort, open }: RowGridProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualRows(scroller, rows.length, ROW_PX, HEAD_PX)
  const [active, setActive] = useState(0)
  const at = Math.min(active, rows.length - 1)
  const go = (to: number) => {
    setActive(to)
    virtual.scrollToIndex(to)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== scroller.current) return
    const row = rows[at]
    if (event.key === 'Enter' && row) return open(row)
    const last = rows.length - 1
    const screen = Math.floor((scroller.current?.clientHeight ?? 0) / ROW_PX) - 1
    const to = STEPS[event.key]?.(at, last, screen)
    if (to === undefined) return
    event.preventDefault()
    go(Math.max(0, Math.min(last, to)))
  }
  const shown = virtual.getVirtualItems()
  return (
    <div
      class="grid"
      role="grid"
      id="rows"
      aria-label="Rows; arrow keys walk, Enter opens"
      aria-rowcount={rows.length + 1}
      aria-activedescendant={shown.some(({ index }) => index === at) ? `row-${at}` : undefined}
      tabIndex={0}
      ref={scroller}
      onKeyDown={onKeyDown}
    >
      <div role="row" class="row head" aria-rowindex={1}>
        {COLUMN_CELLS.map(({ name, style }) => (
          <div key={name} role="columnheader" class={style} aria-sort={sortOf(choice, name)}>
            <button type="button" onClick={() => sort(name)}>
              {name}
            </button>
          </div>
        ))}
      </div>
      <div role="rowgroup" class="body" style={{ height: `${virtual.getTotalSize()}px` }}>
        {shown.map(({ index, start }) => {
          const row = rows[index]
          if (!row) return undefined
          return (
            <div
              key={row.requestId}
              role="row"
              id={`row-${index}`}
              class="row"
              aria-rowindex={index + 2}
              aria-selected={index === at}
              style={{ transform: `translateY(${start}px)` }}
              onClick={() => {
                setActive(index)
                open(row)
              }}
            >
              {COLUMN_CELLS.map(({ name, style, cell }) => (
                <div key={name} role="gridcell" class={style}>
                  {cell(row)}
                </div>
              ))}
            </div>
          )
        })}
      </div>
      {rows.length === 0 && <p class="none">no rows</p>}
    </div>
  )
}

function sortOf({ order }: Choice, name: ColumnName): 'ascending' | 'descending' | undefined {
  if (order?.by !== name) return undefined
  return order.down ? 'descending' : 'ascending'
}
