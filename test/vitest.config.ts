import { defineConfig } from 'vitest/config'

/** `FAULTS=brief` and `FAULTS=full` run the fault suite instead of the quick one. */
const faults = process.env.FAULTS !== undefined

export default defineConfig({
  test: {
    root: '.',
    globalSetup: ['test/support/build.ts', 'test/support/figures.ts'],
    include: faults
      ? ['test/faults/**/*.test.ts', 'test/reconcile/conservation.property.test.ts']
      : ['test/**/*.test.ts'],
    exclude: faults ? [] : ['test/faults/**'],
    // Packages are loaded as Node loads them, without help that a user would not have.
    deps: { interopDefault: false },
    // Most of the time is spent waiting for processes and queues, so files share the cores.
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
