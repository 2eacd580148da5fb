/** Progress of something that is counted: a bar on a terminal, nothing elsewhere. */
import { SingleBar } from 'cli-progress'

export interface CountProgress {
  update(done: number, all: number): void
  stop(): void
}

export function showCount(stream: NodeJS.WriteStream, doing: string): CountProgress {
  if (!stream.isTTY) return { update: () => undefined, stop: () => undefined }
  const bar = new SingleBar({
    stream,
    format: `${doing} {bar} {value}/{total}  {duration_formatted}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    barsize: 20,
    clearOnComplete: true,
  })
  let started = false
  return {
    update(done, all) {
      if (!started) bar.start(all, done)
      started = true
      bar.setTotal(all)
      bar.update(done)
    },
    stop: () => bar.stop(),
  }
}
