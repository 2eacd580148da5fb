/** The charts of a report, as Vega specifications of given width in pixels. Their colours are the page's variables. */
import type { Scale, Spec } from 'vega'
import type { Bin } from './attach-time.js'
import type { Place } from './groups.js'
import type { Moment } from './lifeline.js'
import { type Counts, colourOf, presentIn, type Standing } from './standing.js'
import { duration, number } from './words.js'

/** Neighbours are parted by a line of the ground, so that they are told apart without their colours. */
const PARTED = { stroke: { value: 'var(--card)' }, strokeWidth: { value: 1 } }

const colours = (standings: readonly Standing[]): Scale => ({
  name: 'colour',
  type: 'ordinal',
  domain: [...standings],
  range: standings.map(colourOf),
})
const across = (domain: [number, number], type: 'linear' | 'utc' = 'linear'): Scale =>
  ({ name: 'x', type, domain, range: 'width', nice: false, zero: false }) as Scale

/** All rows as one bar, parted by how they stand. */
export function totalsBar(counts: Counts, rows: number, width: number): Spec {
  let from = 0
  const values = presentIn(counts).map((standing) => {
    const part = { standing, from, to: from + counts[standing] }
    from = part.to
    return part
  })
  return {
    width,
    height: 28,
    data: [{ name: 'parts', values }],
    scales: [across([0, Math.max(1, rows)]), colours(presentIn(counts))],
    marks: [
      {
        type: 'rect',
        from: { data: 'parts' },
        encode: {
          enter: {
            x: { scale: 'x', field: 'from' },
            // One of 5,000 is seen, too.
            x2: { signal: "max(scale('x', datum.to), scale('x', datum.from) + 3)" },
            y: { value: 0 },
            height: { value: 28 },
            fill: { scale: 'colour', field: 'standing' },
            ...PARTED,
          },
        },
      },
    ],
  }
}

const PLACE_HEIGHT = 40

/** A bar for each place under its name, parted by how its rows stand. */
export function placeBars(places: readonly Place[], width: number): Spec {
  const most = Math.max(1, ...places.map(({ rows }) => rows))
  const standings = presentIn(sum(places))
  const parts = places.flatMap(({ counts }, index) => {
    let from = 0
    return presentIn(counts).map((standing) => {
      const part = { standing, from, to: from + counts[standing], y: index * PLACE_HEIGHT }
      from = part.to
      return part
    })
  })
  const names = places.map(({ name, rows, counts }, index) => ({
    name,
    said: saidOf(rows, counts),
    y: index * PLACE_HEIGHT,
  }))
  const line = (field: string, align: 'left' | 'right') => ({
    x: { value: align === 'left' ? 0 : width },
    y: { field: 'y', offset: 12 },
    text: { field },
    align: { value: align },
  })
  return {
    width,
    height: places.length * PLACE_HEIGHT - 12,
    data: [
      { name: 'parts', values: parts },
      { name: 'names', values: names },
    ],
    scales: [across([0, most]), colours(standings)],
    marks: [
      {
        type: 'text',
        from: { data: 'names' },
        encode: { enter: { ...line('name', 'left'), limit: { value: width * 0.62 }, fontWeight: { value: 600 } } },
      },
      {
        type: 'text',
        from: { data: 'names' },
        encode: { enter: { ...line('said', 'right'), fill: { value: 'var(--muted)' } } },
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
            fill: { scale: 'colour', field: 'standing' },
            ...PARTED,
          },
        },
      },
    ],
  }
}

/** `1,204`, or `1,192 of 1,204` where some are not attached. */
const saidOf = (rows: number, { attached }: Counts): string =>
  attached === rows ? number(rows) : `${number(attached)} of ${number(rows)}`

function sum(places: readonly Place[]): Counts {
  const total = { ...(places[0]?.counts as Counts) } as Record<Standing, number>
  for (const { counts } of places.slice(1)) for (const name of presentIn(counts)) total[name] += counts[name]
  return total
}

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
  const y: Scale = { name: 'y', type: 'linear', domain: [0, most], range: 'height', nice: true }
  return {
    width,
    height,
    autosize: { type: 'fit', contains: 'padding' },
    data: [{ name: 'layers', values }],
    scales: [across([moments[0]?.atMs ?? 0, moments.at(-1)?.atMs ?? 1], 'utc'), y, colours(present)],
    axes: [
      { orient: 'left', scale: 'y', grid: true, domain: false, ticks: false, tickCount: 4, tickMinStep: 1, format: ',' },
      { orient: 'bottom', scale: 'x', tickCount: Math.floor(width / 90), labelFlush: true },
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
  const names = bins.map(({ fromMs }) => duration(fromMs))
  const values = bins.map(({ rows }, index) => ({ rows, name: names[index] }))
  return {
    width,
    height: 220,
    autosize: { type: 'fit', contains: 'padding' },
    data: [{ name: 'bins', values }],
    scales: [
      { name: 'x', type: 'band', domain: names, range: 'width', paddingInner: 0.08 },
      {
        name: 'y',
        type: 'linear',
        domain: [0, Math.max(1, ...bins.map(({ rows }) => rows))],
        range: 'height',
        nice: true,
      },
    ],
    axes: [
      { orient: 'left', scale: 'y', grid: true, domain: false, ticks: false, tickCount: 4, tickMinStep: 1, format: ',' },
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

