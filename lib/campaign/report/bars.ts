/** Rows as bars, parted by how they stand. Widths are in pixels. */
import type { Spec } from 'vega'
import { across, colours, textLimit } from './axes.js'
import type { Place } from './groups.js'
import { type Counts, presentIn, type Standing } from './standing.js'
import { number } from './words.js'

/** Neighbours are parted by a line of the ground, so that they are told apart without their colours. */
const PARTED = { stroke: { value: 'var(--card)' }, strokeWidth: { value: 1 } }

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
        encode: {
          enter: { ...line('name', 'left'), limit: { value: textLimit(width * 0.66) }, fontWeight: { value: 600 } },
        },
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
