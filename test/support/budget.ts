/** The size of a fault test: a sample in every run, all cases in `npm run test:faults`. */
import { appendFileSync } from 'node:fs'

const full = process.env.FAULTS === 'full'

export const budget = <T>(sizes: { readonly quick: T; readonly full: T }): T => (full ? sizes.full : sizes.quick)

/** Stores a figure for docs/reliability.md, in a full run only. */
export function figure(name: string, value: number | string): void {
  if (process.env.FIGURES) appendFileSync(process.env.FIGURES, `${JSON.stringify({ name, value })}\n`)
}
