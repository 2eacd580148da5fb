/** A port that somebody has named and that cannot be had. */
import { WrongUse } from './terminal.js'

const WHY: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is taken',
  EACCES: 'is not yours to listen on',
}

/** What is started on a port that `option` named; rejects with wrong use where that port cannot be had. */
export async function onPort<T>(option: string, port: number | undefined, started: Promise<T>): Promise<T> {
  try {
    return await started
  } catch (error) {
    const why = WHY[(error as NodeJS.ErrnoException).code ?? '']
    if (why === undefined) throw error
    throw new WrongUse([`${option}: port ${port} of 127.0.0.1 ${why}; name another one, or 0 for a free one`])
  }
}
