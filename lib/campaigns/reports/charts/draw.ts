/** Renders a Vega specification as SVG, so that a page needs no script for its charts. */
import { type Config, parse, type Spec, View } from 'vega'
import { type Markup, raw } from '../html/template.js'

/** Colours are CSS variables of the page, so that one drawing serves light, dark and print. */
const CONFIG: Config = {
  axis: {
    domainColor: 'var(--line)',
    gridColor: 'var(--line)',
    tickColor: 'var(--line)',
    labelColor: 'var(--muted)',
    labelFont: 'inherit',
    labelFontSize: 12,
    labelPadding: 6,
  },
  text: { font: 'inherit', fontSize: 12, fill: 'var(--ink)' },
  // The figure around the drawing has the description.
  ...({ aria: false } as Config),
}

/** The SVG, sized by its `viewBox`. All data in it is escaped text. */
export async function draw(spec: Spec): Promise<Markup> {
  const view = new View(parse({ padding: 0, ...spec }, CONFIG), { renderer: 'none' })
  try {
    return raw(await view.toSVG())
  } finally {
    view.finalize()
  }
}
