/** Bars of rows by status, as Vega specifications. Widths are in pixels. */
import type { Spec } from 'vega'
import { number } from '../../facts/format.js'
import type { AreaTotals } from '../../facts/groups.js'
import { addCounts, presentStatuses, type StatusCounts } from '../../facts/row-status.js'
import { statusColours, textLimit, xScale } from './scales.js'

/** A line between neighbouring parts distinguishes them without their colours. */
const SEPARATED = { stroke: { value: 'var(--card)' }, strokeWidth: { value: 1 } }

/** All rows as one bar, in parts by status. */
export function totalsBar(counts: StatusCounts, rows: number, width: number): Spec {
  let from = 0
  const values = presentStatuses(counts).map((status) => {
    const part = { status, from, to: from + counts[status] }
    from = part.to
    return part
  })
  return {
    width,
    height: 28,
    data: [{ name: 'parts', values }],
    scales: [xScale([0, Math.max(1, rows)]), statusColours(presentStatuses(counts))],
    marks: [
      {
        type: 'rect',
        from: { data: 'parts' },
        encode: {
          enter: {
            x: { scale: 'x', field: 'from' },
            // A single row of 5,000 stays visible.
            x2: { signal: "max(scale('x', datum.to), scale('x', datum.from) + 3)" },
            y: { value: 0 },
            height: { value: 28 },
            fill: { scale: 'colour', field: 'status' },
            ...SEPARATED,
          },
        },
      },
    ],
  }
}

const AREA_HEIGHT = 40

/** A bar for each area below its name, in parts by status. */
export function areaBars(areas: readonly AreaTotals[], width: number): Spec {
  const most = Math.max(1, ...areas.map(({ rows }) => rows))
  const statuses = presentStatuses(addCounts(areas.map(({ counts }) => counts)))
  const parts = areas.flatMap(({ counts }, index) => {
    let from = 0
    return presentStatuses(counts).map((status) => {
      const part = { status, from, to: from + counts[status], y: index * AREA_HEIGHT }
      from = part.to
      return part
    })
  })
  const names = areas.map(({ name, rows, counts }, index) => ({
    name,
    caption: attachedText(rows, counts),
    y: index * AREA_HEIGHT,
  }))
  const line = (field: string, align: 'left' | 'right') => ({
    x: { value: align === 'left' ? 0 : width },
    y: { field: 'y', offset: 12 },
    text: { field },
    align: { value: align },
  })
  return {
    width,
    height: areas.length * AREA_HEIGHT - 12,
    data: [
      { name: 'parts', values: parts },
      { name: 'names', values: names },
    ],
    scales: [xScale([0, most]), statusColours(statuses)],
    marks: [
      {
        type: 'text',
        from: { data: 'names' },
        encode: {
          enter: { ...line('name', 'left'), limit: { value: textLimit(width * 0.66) }, fontWeight: { value: 600 } },
        },
      },
      {
        type: 'text',
        from: { data: 'names' },
        encode: { enter: { ...line('caption', 'right'), fill: { value: 'var(--muted)' } } },
      },
      {
        type: 'rect',
        from: { data: 'parts' },
        encode: {
          enter: {
            x: { scale: 'x', field: 'from' },
            x2: { signal: "max(scale('x', datum.to), scale('x', datum.from) + 2)" },
            y: { field: 'y', offset: 18 },
            height: { value: 10 },
            fill: { scale: 'colour', field: 'status' },
            ...SEPARATED,
          },
        },
      },
    ],
  }
}

/** `1,204` if all rows are attached, else `1,192 of 1,204`. */
const attachedText = (rows: number, { attached }: StatusCounts): string =>
  attached === rows ? number(rows) : `${number(attached)} of ${number(rows)}`
