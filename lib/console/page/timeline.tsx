/** The timeline: the report's charts, drawn by the console of what is known by now. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { presentStatuses, type StatusCounts } from '../../campaigns/facts/row-status.js'
import { callApi } from './api.js'
import { StatusMark } from './status.js'

const REDRAW_MS = 2_000
/** Widths are told in steps, so that a chart does not flicker while a window is drawn wider. */
const STEP_PX = 20

/** A chart is an SVG of the console's own, in which data stand as text; it alone may become markup. */
const policy = (
  window as { trustedTypes?: { createPolicy(name: string, rules: object): { createHTML(text: string): string } } }
).trustedTypes?.createPolicy('chart', { createHTML: (text: string) => text })

interface ChartProps {
  readonly name: string
  readonly description: string
  /** Drawn again when this changes, but not more often than every two seconds. */
  readonly of: unknown
}

function Chart({ name, description, of }: ChartProps) {
  const container = useRef<HTMLDivElement>(null)
  const latest = useRef(of)
  latest.current = of
  useEffect(() => {
    let drawn: unknown
    let stopped = false
    const draw = async () => {
      const width = Math.floor((container.current?.clientWidth ?? 0) / STEP_PX) * STEP_PX
      const wanted = `${width}`
      if (width === 0 || document.hidden || (drawn === latest.current && container.current?.dataset.width === wanted))
        return
      drawn = latest.current
      const text = await (await callApi(`/api/charts/${name}?width=${width}`)).text()
      const parsed = new DOMParser().parseFromString(policy?.createHTML(text) ?? text, 'image/svg+xml')
      if (stopped || parsed.querySelector('parsererror')) return
      const drawing = document.importNode(parsed.documentElement, true)
      // What it shows is said by the place that it stands in.
      drawing.setAttribute('aria-hidden', 'true')
      container.current?.replaceChildren(drawing)
      if (container.current) container.current.dataset.width = wanted
    }
    const redraw = () => void draw().catch(() => undefined)
    redraw()
    const timer = setInterval(redraw, REDRAW_MS)
    return () => {
      stopped = true
      clearInterval(timer)
    }
  }, [name])
  return <div ref={container} class="chart" role="img" aria-label={description} />
}

export function Timeline({ counts, of }: { readonly counts: StatusCounts; readonly of: unknown }) {
  const [open, setOpen] = useState(false)
  return (
    <section class="card" aria-labelledby="timeline-title">
      <div class="split">
        <h2 id="timeline-title">Timeline</h2>
        <span class="legend">
          {presentStatuses(counts).map((name) => (
            <StatusMark key={name} status={name} />
          ))}
        </span>
      </div>
      <Chart
        name="over-time"
        description="How many rows stood how over time; the counts above say how they stand now."
        of={of}
      />
      <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>Those that waited longest, one by one</summary>
        {open && (
          <Chart
            name="lifelines"
            description="A bar for each row, from sent to told; each row below says its times."
            of={of}
          />
        )}
      </details>
    </section>
  )
}
