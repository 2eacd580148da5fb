import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * Slow by nature: a browser, the packaged functions, dozens of processes, thousands of rows, days of virtual time, an installation. `TESTS=slow`
 * runs these.
 */
const SLOW = [
  // Dozens of real processes each.
  'test/integration/campaigns/campaign.test.ts',
  'test/integration/campaigns/forged-results.test.ts',
  'test/integration/commands/doctor.test.ts',
  'test/integration/commands/local-submit.test.ts',
  'test/integration/console/command.test.ts',
  'test/docs/tour.test.ts',
  'test/integration/commands/transcripts.test.ts',
  'test/integration/dead-letters/command.test.ts',
  'test/integration/policy.test.ts',
  'test/integration/secrets.test.ts',
  'test/integration/campaigns/detach.test.ts',
  'test/integration/campaigns/report-command.test.ts',
  'test/conformance/differences.test.ts',
  'test/conformance/processes.test.ts',
  'test/bench/makespan.test.ts',
  'test/reconcile/regressions.test.ts',
  'test/integration/alibaba/function-compute.test.ts',
  'test/integration/entry-points/attach-through-function-compute.test.ts',
  'test/integration/entry-points/lambda.test.ts',
  'test/integration/console/page.test.ts',
  'test/integration/console/page-of-5000-rows.test.ts',
  'test/integration/entry-points/deployed-package.test.ts',
  'test/integration/npm-package.test.ts',
  'test/integration/container.test.ts',
  'test/integration/campaigns/report-page.test.ts',
  'test/docs/pictures.test.ts',
]
const FAULTS = [
  'test/faults/**/*.test.ts',
  'test/reconcile/conservation.property.test.ts',
  'test/reconcile/hostile-answers.property.test.ts',
  'test/reconcile/conservation-enterprise.property.test.ts',
  'test/reconcile/hostile-answers-enterprise.property.test.ts',
]
/** Also in the fault suite, with all cases instead of a sample. */
const SAMPLED = [
  'test/alibaba/enterprise/crash-points.test.ts',
  'test/aws/sns-signature.test.ts',
  'test/campaigns/facts/row-timeline.test.ts',
  'test/domain/messages/dead-letter.test.ts',
  'test/policy/schedule.test.ts',
  'test/policy/schema.test.ts',
  'test/reconcile/detach-faults.property.test.ts',
]

/** `FAULTS=brief` and `FAULTS=full` run the fault suite instead of the quick one. */
const suite = process.env.FAULTS === undefined ? (process.env.TESTS ?? 'quick') : 'faults'
const SUITES: Readonly<Record<string, { include: string[]; exclude?: string[]; isolate?: boolean }>> = {
  quick: { include: ['test/**/*.test.ts'], exclude: [...FAULTS, ...SLOW] },
  slow: { include: SLOW, isolate: true },
  faults: { include: [...FAULTS, ...SAMPLED] },
}
const { include, exclude = [], isolate = false } = SUITES[suite] ?? { include: [] }

/** The files that wait for processes start first, so that the others fill the time in which they wait. */
class WaitingFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const waits = ({ moduleId }: TestSpecification) => moduleId.includes('/test/integration/')
    return [...sorted.filter(waits), ...sorted.filter((file) => !waits(file))]
  }
}

export default defineConfig({
  test: {
    root: '.',
    include,
    exclude,
    globalSetup: ['test/support/build.ts', 'test/support/figures.ts'],
    reporters: ['default', './test/support/slowest-files.ts'],
    sequence: { sequencer: WaitingFilesFirst },
    // Most of the time is spent waiting for processes and queues, so files share the cores.
    maxWorkers: 4,
    // Files of one worker share its process, so that SDKs and queue server are loaded once.
    isolate,
    // Packages are loaded as Node loads them, without help that a user would not have.
    deps: { interopDefault: false },
    // What is polled for may be the start of a process on a busy machine.
    expect: { poll: { timeout: 20_000 } },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
