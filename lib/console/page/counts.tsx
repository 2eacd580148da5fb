/** The counts of a campaign by status; each filters the rows. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { number } from '../../campaigns/facts/format.js'
import { countsText, presentStatuses, type RowStatus, STATUS_DISPLAY } from '../../campaigns/facts/row-status.js'
import { clockText, rateText } from '../../campaigns/facts/throughput.js'
import { type CampaignState, isAtRest } from '../model/campaign-state.js'
import type { RowFilter } from '../model/row-filter.js'
import { StatusBar } from './status.js'

interface CountsProps {
  readonly campaign: CampaignState
  readonly filter: RowFilter
  readonly select: (status: RowStatus | undefined) => void
}

export function CountFilters({ campaign, filter, select }: CountsProps) {
  const { counts, rows } = campaign
  const filterButton = (status: RowStatus | undefined, many: number) => (
    <button
      type="button"
      key={status ?? 'all'}
      class={`count ${status ?? ''}`}
      aria-pressed={filter.status === status}
      onClick={() => select(status)}
    >
      <b>{number(many)}</b>
      <span class={status && `mark ${status}`} data-glyph={status && STATUS_DISPLAY[status].glyph}>
        {status ? STATUS_DISPLAY[status].label : 'all rows'}
      </span>
    </button>
  )
  return (
    <section class="counts" aria-label="Counts; each shows its rows below">
      <div class="filters">
        {filterButton(undefined, rows.length)}
        {presentStatuses(counts).map((name) => filterButton(name, counts[name]))}
        <p class="pace">{throughputText(campaign)}</p>
      </div>
      <StatusBar counts={counts} />
      <Announcer text={countsText(counts, rows.length)} />
    </section>
  )
}

function throughputText(campaign: CampaignState): string {
  const { leftMs, perSecond, rows } = campaign
  if (rows.length === 0) return 'no rows yet'
  if (isAtRest(campaign)) return 'nothing under way'
  const throughput = rateText(perSecond)
  return leftMs === undefined ? throughput : `${throughput}, about ${clockText(leftMs)} left`
}

const ANNOUNCE_MS = 5_000

/** Announces the counts to a screen reader, at most every `ANNOUNCE_MS`. */
function Announcer({ text }: { readonly text: string }) {
  const [announced, setAnnounced] = useState(text)
  const latest = useRef(text)
  latest.current = text
  useEffect(() => {
    const timer = setInterval(() => setAnnounced(latest.current), ANNOUNCE_MS)
    return () => clearInterval(timer)
  }, [])
  return (
    <p class="unseen" aria-live="polite">
      {announced}
    </p>
  )
}
