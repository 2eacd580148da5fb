/** Rows by status over time, and rows by duration, as Vega specifications. Widths are in pixels. */
import type { Spec } from 'vega'
import type { HistogramBin } from '../../facts/done-durations.js'
import { edgeText } from '../../facts/format.js'
import { colourOf, type RowStatus } from '../../facts/row-status.js'
import { statusCountsOverTime, type TimelineSample } from '../../facts/row-timeline.js'
import type { CampaignRecord } from '../../record.js'
import { COUNT_AXIS, countScale, statusColours, timeAxis, xScale } from './scales.js'

/** Bottom to top: final statuses lie below open ones. */
const LAYERS: readonly RowStatus[] = [
  'attached',
  'detached',
  'preflight',
  'failed',
  'grant-required',
  'pending',
  'unsent',
]

/** The number of intervals between the samples of the chart. */
export const SAMPLE_STEPS = 160

/** The samples of a record, and their chart for a width. */
export function overTimeChart(record: CampaignRecord) {
  const samples = statusCountsOverTime(record, SAMPLE_STEPS)
  return { samples, specOf: (width: number) => overTime(samples, width) }
}

/** The count of rows by status, from the first submission to the end. */
function overTime(samples: readonly TimelineSample[], width: number): Spec {
  const height = 220
  const present = LAYERS.filter((name) => samples.some(({ counts }) => counts[name] > 0))
  const most = Math.max(1, ...samples.map(({ counts }) => present.reduce((total, name) => total + counts[name], 0)))
  const values = samples.flatMap(({ atMs, counts }) => {
    let from = 0
    return present.map((status) => {
      const layer = { status, atMs, from, to: from + counts[status] }
      from = layer.to
      return layer
    })
  })
  return {
    width,
    height,
    autosize: { type: 'fit', contains: 'padding' },
    data: [{ name: 'layers', values }],
    scales: [
      xScale([samples[0]?.atMs ?? 0, samples.at(-1)?.atMs ?? 1], 'utc'),
      countScale(most),
      statusColours(present),
    ],
    axes: [
      COUNT_AXIS,
      { orient: 'bottom', scale: 'x', ...timeAxis(samples[0]?.atMs ?? 0, samples.at(-1)?.atMs ?? 1, width / 100) },
    ],
    marks: [
      {
        type: 'group',
        from: { facet: { name: 'layer', data: 'layers', groupby: 'status' } },
        marks: [
          {
            type: 'area',
            from: { data: 'layer' },
            encode: {
              enter: {
                x: { scale: 'x', field: 'atMs' },
                y: { scale: 'y', field: 'from' },
                y2: { scale: 'y', field: 'to' },
                interpolate: { value: 'step-after' },
                fill: { scale: 'colour', field: 'status' },
              },
            },
          },
        ],
      },
    ],
  }
}

/** The count of rows by duration. */
export function durationHistogram(bins: readonly HistogramBin[], width: number): Spec {
  const names = bins.map(({ fromMs }) => edgeText(fromMs))
  const values = bins.map(({ rows }, index) => ({ rows, name: names[index] }))
  return {
    width,
    height: 220,
    autosize: { type: 'fit', contains: 'padding' },
    data: [{ name: 'bins', values }],
    scales: [
      { name: 'x', type: 'band', domain: names, range: 'width', paddingInner: 0.08 },
      countScale(Math.max(1, ...bins.map(({ rows }) => rows))),
    ],
    axes: [
      COUNT_AXIS,
      { orient: 'bottom', scale: 'x', ticks: false, labelOverlap: 'greedy', labelSeparation: 8, bandPosition: 0.5 },
    ],
    marks: [
      {
        type: 'rect',
        from: { data: 'bins' },
        encode: {
          enter: {
            x: { scale: 'x', field: 'name' },
            width: { scale: 'x', band: 1 },
            y: { scale: 'y', field: 'rows' },
            y2: { scale: 'y', value: 0 },
            fill: { value: colourOf('attached') },
          },
        },
      },
    ],
  }
}
