/** The timeline: the report's charts, drawn by the console of what is known by now. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { type Counts, presentIn } from '../campaign/report/standing.js'
import { Mark } from './mark.js'
import { ask } from './session.js'

const AGAIN_MS = 2_000
/** Widths are told in steps, so that a chart does not flicker while a window is drawn wider. */
const STEP_PX = 20

/** A chart is an SVG of the console's own, in which data stand as text; it alone may become markup. */
const policy = (
  window as { trustedTypes?: { createPolicy(name: string, rules: object): { createHTML(text: string): string } } }
).trustedTypes?.createPolicy('chart', { createHTML: (text: string) => text })

interface ChartProps {
  readonly name: string
  readonly said: string
  /** Drawn again when this changes, but not more often than every two seconds. */
  readonly of: unknown
}

function Chart({ name, said, of }: ChartProps) {
  const place = useRef<HTMLDivElement>(null)
  const latest = useRef(of)
  latest.current = of
  useEffect(() => {
    let drawn: unknown
    let stopped = false
    const draw = async () => {
      const width = Math.floor((place.current?.clientWidth ?? 0) / STEP_PX) * STEP_PX
      const wanted = `${width}`
      if (width === 0 || document.hidden || (drawn === latest.current && place.current?.dataset.width === wanted))
        return
      drawn = latest.current
      const text = await (await ask(`/api/charts/${name}?width=${width}`)).text()
      const parsed = new DOMParser().parseFromString(policy?.createHTML(text) ?? text, 'image/svg+xml')
      if (stopped || parsed.querySelector('parsererror')) return
      const drawing = document.importNode(parsed.documentElement, true)
      // What it shows is said by the place that it stands in.
      drawing.setAttribute('aria-hidden', 'true')
      place.current?.replaceChildren(drawing)
      if (place.current) place.current.dataset.width = wanted
    }
    const again = () => void draw().catch(() => undefined)
    again()
    const timer = setInterval(again, AGAIN_MS)
    return () => {
      stopped = true
      clearInterval(timer)
    }
  }, [name])
  return <div ref={place} class="chart" role="img" aria-label={said} />
}

export function Timeline({ counts, of }: { readonly counts: Counts; readonly of: unknown }) {
  const [open, setOpen] = useState(false)
  return (
    <section class="card" aria-labelledby="timeline-title">
      <div class="split">
        <h2 id="timeline-title">Timeline</h2>
        <span class="legend">
          {presentIn(counts).map((name) => (
            <Mark key={name} standing={name} />
          ))}
        </span>
      </div>
      <Chart
        name="over-time"
        said="How many rows stood how over time; the counts above say how they stand now."
        of={of}
      />
      <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>Those that waited longest, one by one</summary>
        {open && (
          <Chart
            name="lifelines"
            said="A bar for each row, from sent to told; each row below says its times."
            of={of}
          />
        )}
      </details>
    </section>
  )
}
