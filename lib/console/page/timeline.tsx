/** The timeline: the charts of the report, drawn by the console's server from the record so far. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { presentStatuses, type StatusCounts } from '../../campaigns/facts/row-status.js'
import { callApi } from './api.js'
import { StatusMark } from './status.js'

const REDRAW_MS = 2_000
/** Widths are requested in steps, so that a chart does not flicker while the browser window is resized. */
const STEP_PX = 20

/** The only Trusted Types policy: the SVG of a chart, in which the server has escaped all data. */
const policy = (
  window as { trustedTypes?: { createPolicy(name: string, rules: object): { createHTML(text: string): string } } }
).trustedTypes?.createPolicy('chart', { createHTML: (text: string) => text })

interface ChartProps {
  readonly name: string
  readonly description: string
  /** Drawn again when this changes, at most every two seconds. */
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
      // The container has the description.
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
      <Chart name="over-time" description="Rows by status over time; the counts above are the current ones." of={of} />
      <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>The rows that waited longest, one by one</summary>
        {open && (
          <Chart
            name="lifelines"
            description="A bar for each row, from sent to reported; each row below has its times."
            of={of}
          />
        )}
      </details>
    </section>
  )
}
