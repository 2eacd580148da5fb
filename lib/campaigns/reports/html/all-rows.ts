/** The table of all rows. The page's script searches, filters and sorts it; without the script the table is complete. */
import { count, duration, number } from '../../facts/format.js'
import { detailFacts, requestedAction } from '../../facts/row-details.js'
import { countStatuses, presentStatuses, STATUS_DISPLAY, statusOf } from '../../facts/row-status.js'
import type { RecordedRow } from '../../record.js'
import { rowStatusMark } from './elements.js'
import { FIRST_ROWS } from './script.js'
import { html, type Markup } from './template.js'

interface RowColumn {
  readonly head: string
  readonly style?: string
  readonly cell: (row: RecordedRow) => Markup
}

const id = (text: string | undefined) => html`<td class="id">${text}</td>`
const idSmallOff = (text: string | undefined) => html`<td class="id small-off">${text}</td>`

const COLUMNS: readonly RowColumn[] = [
  { head: 'row', style: 'small-off', cell: ({ line }) => html`<td class="line small-off">${line}</td>` },
  { head: 'child instance', cell: ({ attachment }) => id(attachment.childInstanceId) },
  { head: 'CEN', style: 'small-off', cell: ({ attachment }) => idSmallOff(attachment.cenId) },
  { head: 'region', style: 'small-off', cell: ({ attachment }) => idSmallOff(attachment.childInstanceRegionId) },
  { head: 'owner', style: 'small-off', cell: ({ attachment }) => idSmallOff(attachment.childInstanceOwnerId) },
  { head: 'action', style: 'small-off', cell: (row) => html`<td class="small-off">${requestedAction(row)}</td>` },
  { head: 'router, zones, routes', style: 'small-off', cell: ({ details }) => detailsCell(details) },
  { head: 'outcome', cell: (row) => html`<td>${rowStatusMark(row)}</td>` },
  {
    head: 'took',
    style: 'n',
    cell: ({ durationMs }) =>
      html`<td class="n" data-value="${durationMs ?? ''}">${durationMs === undefined ? '' : duration(durationMs)}</td>`,
  },
  { head: 'reason', cell: (row) => html`<td class="error">${reasonOf(row)}</td>` },
  {
    head: 'receives',
    style: 'n small-off',
    cell: ({ receiveCount }) => html`<td class="n small-off">${receiveCount}</td>`,
  },
  {
    head: 'correlation',
    style: 'small-off',
    cell: ({ correlationId }) => html`<td class="error small-off"><small>${correlationId}</small></td>`,
  },
]

const detailsCell = (details: RecordedRow['details']): Markup => {
  const facts = detailFacts(details)
  return html`<td class="error small-off">${facts.map(([label, text], index) => (index === 0 ? text : html`<small>${label} ${text}</small>`))}</td>`
}

function reasonOf({ error, preflight }: RecordedRow): Markup | undefined {
  if (error) return html`<code>${error.code}</code><small>${error.message}</small>`
  return preflight && html`${preflight.reasons.map((reason) => html`<small>${reason}</small>`)}`
}

const rowOf = (row: RecordedRow): Markup =>
  html`<tr data-status="${statusOf(row)}">${COLUMNS.map(({ cell }) => cell(row))}</tr>\n`

export function allRowsSection(rows: readonly RecordedRow[]): Markup {
  const counts = countStatuses(rows)
  return html`<section id="all"><h2>All rows</h2>
<div class="tools" data-script hidden><input type="search" id="search" aria-label="Search all rows" placeholder="Search ids, regions, codes, messages …" autocomplete="off" spellcheck="false"></div>
<div class="tools" data-script hidden role="group" aria-label="Show rows by outcome"><button type="button" data-filter="" aria-pressed="true">all ${number(rows.length)}</button>${presentStatuses(
    counts,
  ).map(
    (name) =>
      html`<button type="button" data-filter="${name}" aria-pressed="false">${STATUS_DISPLAY[name].glyph} ${STATUS_DISPLAY[name].label} ${number(counts[name])}</button>`,
  )}</div>
<p class="note" id="status" role="status">${count(rows.length, 'row')}</p>
<div class="card long scroll" tabindex="0"><table id="rows"><thead><tr>${COLUMNS.map(
    ({ head, style }, index) =>
      html`<th scope="col" class="${style ?? ''}"><button type="button" data-sort="${index}">${head}</button></th>`,
  )}</tr></thead><tbody>${rows.slice(0, FIRST_ROWS).map(rowOf)}</tbody>${
    rows.length > FIRST_ROWS && html`<tbody class="rest">${rows.slice(FIRST_ROWS).map(rowOf)}</tbody>`
  }</table></div>
<p class="tools"><button type="button" id="more" hidden>Show more rows</button></p></section>`
}
