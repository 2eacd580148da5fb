/** Rows as a bar, parted by how they stand. The words beside it say the same. */
import { type Counts, presentIn } from '../campaign/report/standing.js'

export const StandingBar = ({ counts }: { readonly counts: Counts }) => (
  <span class="bar" aria-hidden="true">
    {presentIn(counts).map((name) => (
      <i key={name} class={name} style={{ flexGrow: counts[name] }} />
    ))}
  </span>
)
