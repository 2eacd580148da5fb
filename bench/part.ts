/** A part of the bench: measures one thing, and puts it into a table. */
export interface Part {
  /** The key of its result in the JSON report. */
  readonly name: string
  /** One sentence: what is measured, and how. */
  readonly about: string
  /** True for what takes minutes: it runs only where it is named. */
  readonly onRequest?: boolean
  /** Resolves to the figures, plain JSON. */
  readonly run: (progress: (text: string) => void) => Promise<unknown>
  /** Rows of cells, the first one the head. */
  readonly table: (result: unknown) => readonly (readonly string[])[]
  /** Sentences above the table. */
  readonly summary?: (result: unknown) => readonly string[]
}
