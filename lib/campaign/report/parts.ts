/** Parts that several sections of the page are built from. */
import type { Spec } from 'vega'
import type { RecordedRow } from '../campaign-record.js'
import { draw } from './draw.js'
import { html, type Markup } from './html.js'
import { STANDINGS, type Standing, standingOf } from './standing.js'

/** A standing in its colour, its glyph and its word. */
export const mark = (standing: Standing, label = STANDINGS[standing].label): Markup =>
  html`<span class="mark ${standing}" data-glyph="${STANDINGS[standing].glyph}">${label}</span>`

export function markOf(row: RecordedRow): Markup {
  if (row.preflight) return mark('preflight', `would ${row.preflight.would.replaceAll('-', ' ')}`)
  const standing = standingOf(row)
  return mark(standing, row.adopted && standing === 'attached' ? 'attached before' : STANDINGS[standing].label)
}

const WIDE = 1_080
const NARROW = 320

/**
 * A chart in its two widths; the page shows the one that fits. `said` is what it shows, for those who do not see it;
 * its figures stand in a table beside it.
 */
export async function chart(said: string, specOf: (width: number) => Spec): Promise<Markup> {
  const [wide, narrow] = [await draw(specOf(WIDE)), await draw(specOf(NARROW))]
  return html`<div class="wide" role="img" aria-label="${said}">${wide}</div><div class="narrow" role="img" aria-label="${said}">${narrow}</div>`
}

/** A chart that is as wide on a desktop, in one of three columns, as on a phone. */
export async function smallChart(said: string, specOf: (width: number) => Spec): Promise<Markup> {
  return html`<div role="img" aria-label="${said}">${await draw(specOf(NARROW))}</div>`
}

/** A column of a table. */
export interface Column<T> {
  readonly head: string
  readonly cell: (item: T) => string | Markup
  readonly isNumber?: boolean
}

export function tableOf<T>(columns: readonly Column<T>[], items: readonly T[]): Markup {
  return html`<div class="scroll" tabindex="0"><table><thead><tr>${columns.map(
    ({ head, isNumber }) => html`<th scope="col"${isNumber && html` class="n"`}>${head}</th>`,
  )}</tr></thead><tbody>${items.map(
    (item) =>
      html`<tr>${columns.map(({ cell, isNumber }) => html`<td${isNumber && html` class="n"`}>${cell(item)}</td>`)}</tr>`,
  )}</tbody></table></div>`
}
