/** Rows over time, and by the time they took. Widths are in pixels. */
import type { Spec } from 'vega'
import type { Bin } from './attach-time.js'
import { across, COUNT_AXIS, clock, colours, upTo } from './axes.js'
import type { Moment } from './lifeline.js'
import { colourOf, type Standing } from './standing.js'
import { step } from './words.js'

/** Bottom to top: what is done lies below what is still to come. */
const LAYERS: readonly Standing[] = ['attached', 'preflight', 'failed', 'grant-required', 'pending', 'unsent']

/** How many rows stood how, from the first sending to the end. */
export function overTime(moments: readonly Moment[], width: number): Spec {
  const height = 220
  const present = LAYERS.filter((name) => moments.some(({ counts }) => counts[name] > 0))
  const most = Math.max(1, ...moments.map(({ counts }) => present.reduce((total, name) => total + counts[name], 0)))
  const values = moments.flatMap(({ atMs, counts }) => {
    let from = 0
    return present.map((standing) => {
      const layer = { standing, atMs, from, to: from + counts[standing] }
      from = layer.to
      return layer
    })
  })
  return {
    width,
    height,
    autosize: { type: 'fit', contains: 'padding' },
    data: [{ name: 'layers', values }],
    scales: [across([moments[0]?.atMs ?? 0, moments.at(-1)?.atMs ?? 1], 'utc'), upTo(most), colours(present)],
    axes: [
      COUNT_AXIS,
      { orient: 'bottom', scale: 'x', ...clock(moments[0]?.atMs ?? 0, moments.at(-1)?.atMs ?? 1, width / 100) },
    ],
    marks: [
      {
        type: 'group',
        from: { facet: { name: 'layer', data: 'layers', groupby: 'standing' } },
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
                fill: { scale: 'colour', field: 'standing' },
              },
            },
          },
        ],
      },
    ],
  }
}

/** How many took how long. */
export function timeBins(bins: readonly Bin[], width: number): Spec {
  const names = bins.map(({ fromMs }) => step(fromMs))
  const values = bins.map(({ rows }, index) => ({ rows, name: names[index] }))
  return {
    width,
    height: 220,
    autosize: { type: 'fit', contains: 'padding' },
    data: [{ name: 'bins', values }],
    scales: [
      { name: 'x', type: 'band', domain: names, range: 'width', paddingInner: 0.08 },
      upTo(Math.max(1, ...bins.map(({ rows }) => rows))),
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
