/** Progress of something that is counted: a bar on a terminal, nothing elsewhere. */
import { SingleBar } from 'cli-progress'

export interface CountProgress {
  /** `doing` is what is being counted: a word before the bar. */
  update(doing: string, done: number, all: number): void
  stop(): void
}

export function showCount(stream: NodeJS.WriteStream): CountProgress {
  if (!stream.isTTY) return { update: () => undefined, stop: () => undefined }
  const bar = new SingleBar({
    stream,
    format: '{doing} {bar} {value}/{total}  {duration_formatted}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    barsize: 20,
    clearOnComplete: true,
  })
  let started = false
  return {
    update(doing, done, all) {
      if (!started) bar.start(all, done, { doing })
      started = true
      bar.setTotal(all)
      bar.update(done, { doing })
    },
    stop: () => bar.stop(),
  }
}
