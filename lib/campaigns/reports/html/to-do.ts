/** What an operator has to do: missing grants, and failures with their advice. */
import { type FailureKind, KIND_MEANINGS } from '../../../domain/error-codes.js'
import { UNKNOWN_CEN_OWNER } from '../../../domain/grant-call.js'
import { count, number } from '../../facts/format.js'
import {
  AREAS,
  accountName,
  type FailureGroup,
  failuresOf,
  grantsOf,
  groupBySize,
  type OwnerGrants,
} from '../../facts/groups.js'
import type { RecordedRow } from '../../record.js'
import { statusMark } from './elements.js'
import { html, type Markup } from './template.js'

export function missingGrantsSection(rows: readonly RecordedRow[]): Markup | undefined {
  const owners = grantsOf(rows)
  if (owners.length === 0) return undefined
  const parked = owners.reduce((total, owner) => total + owner.rows.length, 0)
  return html`<section id="grants"><h2>Grants still missing</h2>
<p class="note">${count(parked, 'network')} of ${count(owners.length, 'account')}. ${rows.some(({ outcome }) => outcome === 'grant-required') && 'Nothing has to be sent again: a network that is granted before its request expires needs nothing else.'}</p>
<div class="card long">${owners.map(ownerPart)}</div></section>`
}

/** The commands of the first accounts are shown, those of the others on request. */
const OPEN_OWNERS = 3

function ownerPart(owner: OwnerGrants, index: number): Markup {
  const { ownerId, rows, commands, sentences } = owner
  const id = `grant-${index + 1}`
  const lines = count(commands.length, 'command')
  return html`<article class="part"><div class="split"><h3>${accountName(owner)}</h3><span class="split">${statusMark('grant-required', count(rows.length, 'network'))}${
    commands.length > 0 &&
    html`<button type="button" data-script hidden data-copy="${id}" aria-label="Copy ${lines} for account ${ownerId}">Copy ${lines}</button>`
  }</span></div>
${
  commands.length > 0 &&
  html`<details${index < OPEN_OWNERS && html` open`}><summary>${lines} to run with the credentials of this account</summary><pre class="lines" id="${id}" tabindex="0">${commands.join('\n')}</pre></details>`
}
${commands.some((line) => line.includes(UNKNOWN_CEN_OWNER)) && html`<p class="advice">Replace <code>${UNKNOWN_CEN_OWNER}</code> by the id of the account that owns the CEN.</p>`}
${sentences.slice(0, MAX_TEXTS).map((sentence) => html`<p class="advice">${sentence}</p>`)}
${sentences.length > MAX_TEXTS && html`<p class="muted">and ${number(sentences.length - MAX_TEXTS)} more, in the table of all rows</p>`}</article>`
}

const MAX_TEXTS = 3
const MAX_NAMED = 12

export function failuresSection(rows: readonly RecordedRow[]): Markup | undefined {
  const groups = failuresOf(rows)
  if (groups.length === 0) return undefined
  const failed = groups.reduce((total, group) => total + group.rows.length, 0)
  return html`<section id="failures"><h2>Failures</h2>
<p class="note">${count(failed, 'row')}, for ${count(groups.length, 'reason')}. Each is on the dead-letter queue, too. Once its cause is corrected it can be sent again: <code>cen-attach dlq redrive</code>, or the CSV report with its rows corrected.</p>
${groups.map(failureCard)}</section>`
}

function failureCard({ name, rows, kind, advice, messages }: FailureGroup): Markup {
  const meaning = KIND_MEANINGS[kind as FailureKind] ?? ''
  return html`<article class="card long"><div class="split"><h3><code>${name}</code> <span class="badge" title="${meaning}">${kind}</span></h3><span class="split">${statusMark('failed', count(rows.length, 'row'))}<button type="button" data-script hidden data-find="${name}" data-status="failed">Show in the table</button></span></div>
${advice !== '' && html`<p class="advice">${advice}</p>`}
${messages.slice(0, MAX_TEXTS).map(({ text, rows: times }) => html`<p class="message">“${text}”${messages.length > 1 && html` <small>${number(times)}×</small>`}</p>`)}
${messages.length > MAX_TEXTS && html`<p class="muted">and ${count(messages.length - MAX_TEXTS, 'other message')}</p>`}
<p class="muted">${AREAS.map(({ title, nameOf }) => areaText(title, groupBySize(rows, nameOf))).join(' · ')}</p>
<details><summary>Which rows</summary><ul class="some">${rows
    .slice(0, MAX_NAMED)
    .map(({ line, attachment }) => html`<li>${line}: <span class="id">${attachment.childInstanceId}</span></li>`)}</ul>
${rows.length > MAX_NAMED && html`<p class="muted">and ${number(rows.length - MAX_NAMED)} more, in the table of all rows</p>`}</details></article>`
}

function areaText(title: string, groups: readonly { name: string; rows: readonly unknown[] }[]): string {
  const [first] = groups
  if (groups.length <= 1) return `${title} ${first?.name ?? ''}`
  return `${title} ${first?.name ?? ''} (${number(first?.rows.length ?? 0)}) and ${number(groups.length - 1)} more`
}
