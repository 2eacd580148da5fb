/** Prints the ten slowest test files after a run. */
import { relative } from 'node:path'
import type { Reporter, TestModule } from 'vitest/node'

const MOST = 10

export default class SlowestFiles implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const times = modules
      .map((module) => ({
        file: relative(process.cwd(), module.moduleId),
        seconds: module.diagnostic().duration / 1_000,
      }))
      .sort((one, other) => other.seconds - one.seconds)
    if (times.length < MOST) return
    const lines = times.slice(0, MOST).map(({ file, seconds }) => `${seconds.toFixed(1).padStart(8)} s  ${file}`)
    console.log(`\nthe ${MOST} slowest files:\n${lines.join('\n')}\n`)
  }
}
