/** The rows: a virtual grid, of which only the visible part is drawn. Arrow keys move, Enter opens. */
import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core'
import type { ComponentChildren, RefObject } from 'preact'
import { useEffect, useLayoutEffect, useReducer, useRef, useState } from 'preact/hooks'
import { duration } from '../../campaigns/facts/format.js'
import { requestedAction } from '../../campaigns/facts/row-details.js'
import type { RecordedRow } from '../../campaigns/record.js'
import type { ColumnName, RowFilter } from '../model/row-filter.js'
import { RowStatusMark } from './status.js'

const [ROW_PX, HEAD_PX] = [30, 30]

interface RowGridProps {
  readonly rows: readonly RecordedRow[]
  readonly filter: RowFilter
  readonly sort: (by: ColumnName) => void
  readonly open: (row: RecordedRow) => void
}

/** The index that a key moves to. `screen`: the rows of a page. */
const STEPS: Readonly<Record<string, (at: number, last: number, screen: number) => number>> = {
  ArrowDown: (at) => at + 1,
  ArrowUp: (at) => at - 1,
  PageDown: (at, _, screen) => at + screen,
  PageUp: (at, _, screen) => at - screen,
  Home: () => 0,
  End: (_, last) => last,
}

export function RowGrid({ rows, filter, sort, open }: RowGridProps) {
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
      aria-label="Rows; arrow keys move, Enter opens"
      aria-rowcount={rows.length + 1}
      aria-activedescendant={shown.some(({ index }) => index === at) ? `row-${at}` : undefined}
      tabIndex={0}
      ref={scroller}
      onKeyDown={onKeyDown}
    >
      <div role="row" class="row head" aria-rowindex={1}>
        {GRID_COLUMNS.map(({ name, style }) => (
          <div key={name} role="columnheader" class={style} aria-sort={sortOf(filter, name)}>
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
              {GRID_COLUMNS.map(({ name, style, cell }) => (
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

function sortOf({ order }: RowFilter, name: ColumnName): 'ascending' | 'descending' | undefined {
  if (order?.by !== name) return undefined
  return order.down ? 'descending' : 'ascending'
}

interface GridColumn {
  readonly name: ColumnName
  readonly style: string
  readonly cell: (row: RecordedRow) => ComponentChildren
}

const GRID_COLUMNS: readonly GridColumn[] = [
  { name: 'line', style: 'wide', cell: ({ line }) => line },
  { name: 'instance', style: 'id', cell: ({ attachment }) => attachment.childInstanceId },
  { name: 'CEN', style: 'id wide', cell: ({ attachment }) => attachment.cenId },
  { name: 'region', style: 'wide', cell: ({ attachment }) => attachment.childInstanceRegionId },
  { name: 'owner', style: 'id wide', cell: ({ attachment }) => attachment.childInstanceOwnerId },
  { name: 'action', style: 'wide', cell: requestedAction },
  { name: 'edition', style: 'wide', cell: ({ details }) => details?.edition },
  { name: 'outcome', style: '', cell: (row) => <RowStatusMark row={row} /> },
  {
    name: 'took',
    style: 'n wide',
    cell: ({ durationMs }) => (durationMs === undefined ? '' : duration(durationMs)),
  },
  { name: 'reason', style: 'id wide', cell: ({ error, preflight }) => error?.code ?? preflight?.reasons[0] },
]

const OVERSCAN = 8

/** All rows are `rowPx` high. The list is drawn again on scroll. */
function useVirtualRows(scroller: RefObject<HTMLElement | null>, count: number, rowPx: number, headPx: number) {
  const [, redraw] = useReducer((times: number) => times + 1, 0)
  const options = {
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: OVERSCAN,
    scrollPaddingStart: headPx,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    onChange: () => redraw(undefined),
  }
  const [virtual] = useState(() => new Virtualizer<HTMLElement, HTMLElement>(options))
  virtual.setOptions(options)
  useEffect(() => virtual._didMount(), [virtual])
  useLayoutEffect(() => virtual._willUpdate())
  useLayoutEffect(() => virtual.measure(), [virtual, rowPx])
  return virtual
}
