/** Elements that several sections of the page share. */
import type { Spec } from 'vega'
import { type RowStatus, rowLabel, STATUS_DISPLAY, statusOf } from '../../facts/row-status.js'
import type { RecordedRow } from '../../record.js'
import { draw } from '../charts/draw.js'
import { html, type Markup } from './template.js'

/** A status with its colour, glyph and label. */
export const statusMark = (status: RowStatus, label = STATUS_DISPLAY[status].label): Markup =>
  html`<span class="mark ${status}" data-glyph="${STATUS_DISPLAY[status].glyph}">${label}</span>`

export const rowStatusMark = (row: RecordedRow): Markup => statusMark(statusOf(row), rowLabel(row))

const WIDE = 1_080
const NARROW = 320

/**
 * A chart in two widths; the page shows the one that fits. `description` is its text alternative; a table beside it has
 * the figures.
 */
export async function chart(description: string, specOf: (width: number) => Spec): Promise<Markup> {
  const [wide, narrow] = [await draw(specOf(WIDE)), await draw(specOf(NARROW))]
  return html`<div class="wide" role="img" aria-label="${description}">${wide}</div><div class="narrow" role="img" aria-label="${description}">${narrow}</div>`
}

/** A chart in the narrow width only: one of three columns on a desktop. */
export async function smallChart(description: string, specOf: (width: number) => Spec): Promise<Markup> {
  return html`<div role="img" aria-label="${description}">${await draw(specOf(NARROW))}</div>`
}

interface TableColumn<T> {
  readonly head: string
  readonly cell: (item: T) => string | Markup
  readonly isNumber?: boolean
}

export function tableOf<T>(columns: readonly TableColumn<T>[], items: readonly T[]): Markup {
  return html`<div class="scroll" tabindex="0"><table><thead><tr>${columns.map(
    ({ head, isNumber }) => html`<th scope="col"${isNumber && html` class="n"`}>${head}</th>`,
  )}</tr></thead><tbody>${items.map(
    (item) =>
      html`<tr>${columns.map(({ cell, isNumber }) => html`<td${isNumber && html` class="n"`}>${cell(item)}</td>`)}</tr>`,
  )}</tbody></table></div>`
}
