/** How much a fault test tries: a little in every run, all of it in `npm run test:faults`. */
import { appendFileSync } from 'node:fs'

const full = process.env.FAULTS === 'full'

export const budget = <T>(sizes: { readonly quick: T; readonly full: T }): T => (full ? sizes.full : sizes.quick)

/** A figure for docs/reliability.md; written only where a full run asks for it. */
export function figure(name: string, value: number | string): void {
  if (process.env.FIGURES) appendFileSync(process.env.FIGURES, `${JSON.stringify({ name, value })}\n`)
}
