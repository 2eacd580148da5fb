/** What a reconciliation found, for a person. */
import { countDrift, type DriftRow } from '../../lib/campaign/drift.js'
import { plainTable } from '../../lib/campaign/outcome-table.js'
import { paint, say } from './terminal.js'

const COLOURED = {
  attached: 'attached',
  'under-way': 'pending',
  missing: 'failed',
  elsewhere: 'failed',
  unlisted: 'grant-required',
} as const

/** What is as wished is counted, not listed. */
export function sayDrift(rows: readonly DriftRow[]): void {
  const drift = rows.filter(({ standing }) => standing !== 'attached')
  if (drift.length > 0) {
    const cells = drift.map((row) => [
      row.where ?? '',
      row.cenId,
      row.childInstanceId,
      row.regionId ?? '',
      paint(COLOURED[row.standing], row.standing),
      row.foundIn ?? '',
    ])
    say(`${plainTable(['row', 'cen', 'child instance', 'region', 'is', 'found in'], cells)}\n`)
  }
  const { attached, missing, elsewhere, unlisted, 'under-way': underWay } = countDrift(rows)
  say(
    `${attached} as wished, ${missing} missing, ${elsewhere} attached elsewhere, ${underWay} under way, ${unlisted} in no list`,
  )
  if (missing > 0) say('send the missing ones with --submit')
  if (elsewhere > 0) say('what is attached elsewhere must be detached there first: it can be in one CEN only')
}
