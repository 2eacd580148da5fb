/** The report of a campaign as one self-contained HTML page. */
import { createHash } from 'node:crypto'
import { actionsText } from '../../facts/done-durations.js'
import { instant } from '../../facts/format.js'
import type { CampaignRecord } from '../../record.js'
import { allRowsSection } from './all-rows.js'
import { outcomesByArea } from './by-area.js'
import { dryRunSection } from './dry-run.js'
import { overviewSection, titleOf } from './overview.js'
import { EARLY_SCRIPT, PAGE_SCRIPT } from './script.js'
import { PAGE_STYLE } from './style.js'
import { html, type Markup, raw } from './template.js'
import { timelineSection, timeToAttachSection } from './time.js'
import { failuresSection, missingGrantsSection } from './to-do.js'

const digest = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** Content Security Policy: nothing is loaded, and only the page's own style and scripts apply, by their digests. */
const POLICY = [
  "default-src 'none'",
  `style-src ${digest(PAGE_STYLE)}`,
  `script-src ${digest(EARLY_SCRIPT)} ${digest(PAGE_SCRIPT)}`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

/** The page of a record. Deterministic: the same record gives the same page. */
export async function reportHtml(record: CampaignRecord): Promise<string> {
  const { rows } = record
  const sections: [string, string, Markup | undefined][] = [
    ['verdicts', 'Dry run', dryRunSection(rows)],
    ['grants', 'Grants missing', missingGrantsSection(rows)],
    ['failures', 'Failures', failuresSection(rows)],
    ['where', 'Region, CEN, owner', await outcomesByArea(record)],
    ['timeline', 'Timeline', rows.length > 0 ? await timelineSection(record) : undefined],
    ['time', `Time to ${actionsText(rows)}`, await timeToAttachSection(record)],
    ['all', 'All rows', allRowsSection(rows)],
  ]
  const present = sections.filter(([, , section]) => section !== undefined)
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${titleOf(record)} · campaign report</title>
<script>${raw(EARLY_SCRIPT)}</script>
<style>${raw(PAGE_STYLE)}</style>
</head>
<body>
${await overviewSection(record)}
<nav aria-label="Sections">${present.map(([id, name]) => html`<a href="#${id}">${name}</a>`)}</nav>
<main>${present.map(([, , section]) => section)}</main>
<footer>Written by cen-attach from the results until ${instant(record.finishedAtMs)}. This page loads nothing and sends nothing.</footer>
<p id="announcement" role="status" class="note"></p>
<script>${raw(PAGE_SCRIPT)}</script>
</body>
</html>
`.text
}
