import { defineConfig } from 'vitest/config'

const folder = process.env.MUTATE ?? 'reconcile'

/** The unit tests of one folder, without those that simulate days or search at random. */
export default defineConfig({
  test: {
    root: '.',
    include: [`test/${folder}/**/*.test.ts`],
    exclude: [
      'test/reconcile/{conservation,hostile-answers}.property.test.ts',
      'test/reconcile/{regressions,accepted-writes}.test.ts',
    ],
    deps: { interopDefault: false },
    testTimeout: 60_000,
  },
})
