import { defineConfig } from 'vitest/config'

/**
 * Slow by nature: a browser, the packaged functions, dozens of processes, thousands of rows, days of virtual time, an installation. `TESTS=slow`
 * runs these.
 */
const SLOW = [
  // Dozens of real processes each.
  'test/integration/campaigns/campaign.test.ts',
  'test/integration/commands/transcripts.test.ts',
  'test/integration/dead-letters/command.test.ts',
  'test/integration/policy.test.ts',
  'test/integration/secrets.test.ts',
  'test/integration/campaigns/detach.test.ts',
  'test/integration/campaigns/report-command.test.ts',
  'test/bench/makespan.test.ts',
  'test/reconcile/regressions.test.ts',
  'test/integration/alibaba/function-compute.test.ts',
  'test/integration/entry-points/attach-through-function-compute.test.ts',
  'test/integration/entry-points/lambda.test.ts',
  'test/integration/console/page.test.ts',
  'test/integration/console/page-of-5000-rows.test.ts',
  'test/integration/entry-points/deployed-package.test.ts',
  'test/integration/npm-package.test.ts',
  'test/integration/campaigns/report-page.test.ts',
]
const FAULTS = [
  'test/faults/**/*.test.ts',
  'test/reconcile/conservation.property.test.ts',
  'test/reconcile/hostile-answers.property.test.ts',
  'test/reconcile/conservation-enterprise.property.test.ts',
  'test/reconcile/hostile-answers-enterprise.property.test.ts',
]
/** Also in the fault suite, with all cases instead of a sample. */
const SAMPLED = ['test/alibaba/enterprise/crash-points.test.ts']
const INTEGRATION = ['test/integration/**/*.test.ts']

/** `FAULTS=brief` and `FAULTS=full` run the fault suite instead of the quick one. */
const suite = process.env.FAULTS === undefined ? (process.env.TESTS ?? 'quick') : 'faults'
const PROJECTS: Readonly<Record<string, { name: string; include: string[]; exclude?: string[]; isolate?: boolean }[]>> =
  {
    quick: [
      { name: 'integration', include: INTEGRATION, exclude: SLOW },
      { name: 'unit', include: ['test/**/*.test.ts'], exclude: [...FAULTS, ...INTEGRATION, ...SLOW] },
    ],
    slow: [{ name: 'slow', include: SLOW, isolate: true }],
    faults: [{ name: 'faults', include: [...FAULTS, ...SAMPLED] }],
  }

export default defineConfig({
  test: {
    root: '.',
    globalSetup: ['test/support/build.ts', 'test/support/figures.ts'],
    reporters: ['default', './test/support/slowest-files.ts'],
    // Most of the time is spent waiting for processes and queues, so files share the cores.
    maxWorkers: 4,
    projects: (PROJECTS[suite] ?? []).map(({ name, include, exclude = [], isolate = false }) => ({
      test: {
        name,
        root: '.',
        include,
        exclude,
        // Files of one worker share its process, so that SDKs and queue server are loaded once.
        isolate,
        // Packages are loaded as Node loads them, without help that a user would not have.
        deps: { interopDefault: false },
        testTimeout: 60_000,
        hookTimeout: 60_000,
      },
    })),
  },
})
