/** Draws a Vega specification as SVG, here and now: the page needs no script for its charts, and follows its own colours. */
import { type Config, parse, type Spec, View } from 'vega'
import { type Markup, raw } from '../html/template.js'

/** Colours are the page's variables, so that one drawing serves light, dark and print. */
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
  // The figure that holds the drawing says it in words.
  ...({ aria: false } as Config),
}

/** The SVG, sized by its `viewBox`. Data stand in it as escaped text only. */
export async function draw(spec: Spec): Promise<Markup> {
  const view = new View(parse({ padding: 0, ...spec }, CONFIG), { renderer: 'none' })
  try {
    return raw(await view.toSVG())
  } finally {
    view.finalize()
  }
}
