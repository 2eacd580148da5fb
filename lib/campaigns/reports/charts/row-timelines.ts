/** The timelines of single rows, a bar for each from sent to reported, as a Vega specification. */
import type { Spec } from 'vega'
import { duration } from '../../facts/format.js'
import { ROW_STATUSES, statusOf } from '../../facts/row-status.js'
import { extentOf, sentAt, spansOf } from '../../facts/row-timeline.js'
import type { CampaignRecord, RecordedRow } from '../../record.js'
import { statusColours, textLimit, timeAxis, xScale } from './scales.js'

/** The most rows that a chart shows one by one. */
export const MAX_LIFELINES = 40

/** The rows that the chart of a record shows, and the chart for a width. */
export function lifelinesChart(record: CampaignRecord) {
  const extent = extentOf(record)
  const rows = longestWaiting(record.rows, extent.endMs)
  return { rows, specOf: (width: number) => lifelines(rows, extent, width) }
}

/** The sent rows in order of submission; of more than `MAX_LIFELINES`, those that waited longest. */
export function longestWaiting(rows: readonly RecordedRow[], endMs: number): RecordedRow[] {
  const sent = rows.filter((row) => sentAt(row) !== undefined)
  const tookMs = (row: RecordedRow) => spansOf(row, endMs).reduce((total, span) => total + waitingMs(span), 0)
  const chosen =
    sent.length <= MAX_LIFELINES
      ? sent
      : sent
          .map((row) => ({ row, ms: tookMs(row) }))
          .sort((one, other) => other.ms - one.ms)
          .slice(0, MAX_LIFELINES)
          .map(({ row }) => row)
  return [...chosen].sort((one, other) => (sentAt(one) ?? 0) - (sentAt(other) ?? 0))
}

const waitingMs = ({ status, fromMs, toMs }: { status: string; fromMs: number; toMs: number }): number =>
  status === 'pending' || status === 'grant-required' ? toMs - fromMs : 0

/** Names are beside the bars, or above them below a width of 600. */
export function lifelines(
  rows: readonly RecordedRow[],
  { startMs, endMs }: { startMs: number; endMs: number },
  width: number,
): Spec {
  const narrow = width < 600
  const [rowHeight, top] = narrow ? [34, 18] : [22, 5]
  const left = narrow ? 0 : 205
  const spans = rows.flatMap((row, index) =>
    spansOf(row, endMs)
      .filter((span) => waitingMs(span) > 0)
      .map((span) => ({ ...span, y: index * rowHeight + top })),
  )
  const ends = rows.map((row, index) => {
    const status = statusOf(row)
    const waitedMs = spansOf(row, endMs).reduce((total, span) => total + waitingMs(span), 0)
    const open = status === 'pending' || status === 'grant-required'
    const atMs = open ? endMs : (row.finishedAtMs ?? endMs)
    const { receiveCount } = row
    const receives = receiveCount !== undefined && receiveCount > 1 ? ` · ${receiveCount} receives` : ''
    return {
      status,
      atMs,
      y: index * rowHeight + top + 5,
      name: row.attachment.childInstanceId,
      caption: `${duration(waitedMs)}${receives}`,
      nameY: index * rowHeight + (narrow ? 12 : 14),
    }
  })
  return {
    width: width - left - (narrow ? 8 : 165),
    height: rows.length * rowHeight,
    padding: { left, right: narrow ? 8 : 165, top: 4, bottom: 28 },
    autosize: 'none',
    data: [
      { name: 'spans', values: spans },
      { name: 'ends', values: ends },
    ],
    scales: [xScale([startMs, endMs], 'utc'), statusColours(ROW_STATUSES)],
    axes: [{ orient: 'bottom', scale: 'x', grid: true, ...timeAxis(startMs, endMs, (width - left) / 100) }],
    marks: [
      {
        type: 'rect',
        from: { data: 'spans' },
        encode: {
          enter: {
            x: { scale: 'x', field: 'fromMs' },
            x2: { signal: "max(scale('x', datum.toMs), scale('x', datum.fromMs) + 1)" },
            y: { field: 'y' },
            height: { value: 10 },
            fill: { scale: 'colour', field: 'status' },
          },
        },
      },
      {
        type: 'symbol',
        from: { data: 'ends' },
        encode: {
          enter: {
            x: { scale: 'x', field: 'atMs' },
            y: { field: 'y' },
            size: { value: 110 },
            shape: {
              signal:
                "datum.status === 'failed' ? 'cross' : datum.status === 'attached' || datum.status === 'detached' ? 'circle' : 'diamond'",
            },
            fill: { scale: 'colour', field: 'status' },
            stroke: { value: 'var(--card)' },
            strokeWidth: { value: 1.5 },
          },
        },
      },
      {
        type: 'text',
        from: { data: 'ends' },
        encode: {
          enter: {
            x: { value: narrow ? 0 : -left },
            y: { field: 'nameY' },
            text: { field: 'name' },
            limit: { value: textLimit(narrow ? width * 0.6 : left - 14) },
          },
        },
      },
      {
        type: 'text',
        from: { data: 'ends' },
        encode: {
          enter: {
            x: { signal: narrow ? 'width' : 'width + 12' },
            align: { value: narrow ? 'right' : 'left' },
            y: { field: 'nameY' },
            text: { field: 'caption' },
            fill: { value: 'var(--muted)' },
          },
        },
      },
    ],
  }
}
