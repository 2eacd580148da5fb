/** The counts of a campaign; each is a filter of the rows. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { type Board, isQuiet } from '../campaign/console/board.js'
import { countsText } from '../campaign/console/cen-map.js'
import type { Choice } from '../campaign/console/choice.js'
import { clockTime } from '../campaign/pace.js'
import { presentIn, STANDINGS, type Standing } from '../campaign/report/standing.js'
import { number } from '../campaign/report/words.js'
import { StandingBar } from './standing-bar.js'

interface CountsProps {
  readonly board: Board
  readonly choice: Choice
  readonly choose: (standing: Standing | undefined) => void
}

export function CountFilters({ board, choice, choose }: CountsProps) {
  const { counts, rows } = board
  const filter = (standing: Standing | undefined, many: number) => (
    <button
      type="button"
      key={standing ?? 'all'}
      class={`count ${standing ?? ''}`}
      aria-pressed={choice.standing === standing}
      onClick={() => choose(standing)}
    >
      <b>{number(many)}</b>
      <span class={standing && `mark ${standing}`} data-glyph={standing && STANDINGS[standing].glyph}>
        {standing ? STANDINGS[standing].label : 'all rows'}
      </span>
    </button>
  )
  return (
    <section class="counts" aria-label="Counts; each shows its rows below">
      <div class="filters">
        {filter(undefined, rows.length)}
        {presentIn(counts).map((name) => filter(name, counts[name]))}
        <p class="pace">{paceOf(board)}</p>
      </div>
      <StandingBar counts={counts} />
      <Announcer text={countsText(counts, rows.length)} />
    </section>
  )
}

function paceOf(board: Board): string {
  const { leftMs, perSecond, rows } = board
  if (rows.length === 0) return 'nothing yet'
  if (isQuiet(board)) return 'nothing under way'
  const pace = `${perSecond.toFixed(1)} rows/s`
  return leftMs === undefined ? pace : `${pace}, about ${clockTime(leftMs)} left`
}

const SAY_MS = 5_000

/** Says the counts to a screen reader, not more often than it can be listened to. */
function Announcer({ text }: { readonly text: string }) {
  const [said, say] = useState(text)
  const latest = useRef(text)
  latest.current = text
  useEffect(() => {
    const timer = setInterval(() => say(latest.current), SAY_MS)
    return () => clearInterval(timer)
  }, [])
  return (
    <p class="unseen" aria-live="polite">
      {said}
    </p>
  )
}
