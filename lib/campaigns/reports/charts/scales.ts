/** Axes, scales and labels that several charts share. */
import type { Axis, Scale } from 'vega'
import { DAY_MS, MINUTE_MS } from '../../../domain/clock.js'
import { colourOf, type RowStatus } from '../../facts/row-status.js'

/** The time axis below a chart, in seconds, minutes or days by the length of its range. */
export function timeAxis(fromMs: number, toMs: number, tickCount: number) {
  const spanMs = toMs - fromMs
  const format = spanMs < 5 * MINUTE_MS ? '%H:%M:%S' : spanMs < DAY_MS ? '%H:%M' : '%d %b %H:%M'
  return {
    format,
    formatType: 'utc',
    tickCount: Math.max(2, Math.floor(tickCount)),
    labelFlush: true,
    labelOverlap: 'parity',
  } as const
}

/** Without a canvas Vega estimates the width of a character as 0.8 of its height, about a third too wide. */
export const textLimit = (widthPx: number): number => widthPx * 1.35

export const statusColours = (statuses: readonly RowStatus[]): Scale => ({
  name: 'colour',
  type: 'ordinal',
  domain: [...statuses],
  range: statuses.map(colourOf),
})
export const xScale = (domain: [number, number], type: 'linear' | 'utc' = 'linear'): Scale =>
  ({ name: 'x', type, domain, range: 'width', nice: false, zero: false }) as Scale

/** The count of rows, upwards. */
export const countScale = (most: number): Scale => ({
  name: 'y',
  type: 'linear',
  domain: [0, most],
  range: 'height',
  nice: true,
})
export const COUNT_AXIS: Axis = {
  orient: 'left',
  scale: 'y',
  grid: true,
  domain: false,
  ticks: false,
  tickCount: 4,
  tickMinStep: 1,
  format: ',d',
}
