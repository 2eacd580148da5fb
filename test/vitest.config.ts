import { defineConfig } from 'vitest/config'

/** Slow by nature: a browser, the packaged functions, thousands of rows, an installation. `TESTS=slow` runs these. */
const SLOW = [
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
]
const INTEGRATION = ['test/integration/**/*.test.ts']

/** `FAULTS=brief` and `FAULTS=full` run the fault suite instead of the quick one. */
const suite = process.env.FAULTS === undefined ? (process.env.TESTS ?? 'quick') : 'faults'
const PROJECTS: Readonly<Record<string, { name: string; include: string[]; exclude?: string[]; isolate?: boolean }[]>> =
  {
    quick: [
      { name: 'integration', include: INTEGRATION, exclude: SLOW },
      // Without processes, ports and settings of their own: they share a process, and load what they test once.
      { name: 'unit', include: ['test/**/*.test.ts'], exclude: ['test/faults/**', ...INTEGRATION], isolate: false },
    ],
    slow: [{ name: 'slow', include: SLOW }],
    faults: [{ name: 'faults', include: FAULTS }],
  }

export default defineConfig({
  test: {
    root: '.',
    globalSetup: ['test/support/build.ts', 'test/support/figures.ts'],
    reporters: ['default', './test/support/slowest-files.ts'],
    // Most of the time is spent waiting for processes and queues, so files share the cores.
    maxWorkers: 3,
    projects: (PROJECTS[suite] ?? []).map(({ name, include, exclude = [], isolate = true }) => ({
      test: {
        name,
        root: '.',
        include,
        exclude,
        isolate,
        // Packages are loaded as Node loads them, without help that a user would not have.
        deps: { interopDefault: false },
        testTimeout: 60_000,
        hookTimeout: 60_000,
      },
    })),
  },
})
