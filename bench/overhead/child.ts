/** A loop in a process of its own: runs a round for each request and reports its time, or reports its heap. */
import type { LoopSetup, Round } from './job.js'
import { LOOPS } from './loops.js'

const [name = ''] = process.argv.slice(2)
const setup = JSON.parse(process.env.LOOP_SETUP ?? '{}') as LoopSetup
const loop = await LOOPS[name as keyof typeof LOOPS](setup)

process.on('message', async ({ count, heap }: { count: number; heap?: true }) => {
  if (heap) {
    globalThis.gc?.()
    process.send?.(process.memoryUsage().heapUsed)
    return
  }
  const startedMs = performance.now()
  const cpu = process.cpuUsage()
  let left = count
  let round: Round | undefined
  const used = () => process.cpuUsage(cpu)
  await loop((deleted) => {
    left -= deleted
    if (left > 0) return false
    const { user, system } = used()
    round ??= { ms: performance.now() - startedMs, cpuMs: (user + system) / 1_000 }
    return true
  })
  process.send?.(round)
})
process.send?.('ready')

// The parent has exited.
process.on('disconnect', () => process.exit(0))
