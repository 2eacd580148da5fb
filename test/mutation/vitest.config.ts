import { defineConfig } from 'vitest/config'

const folder = process.env.MUTATE ?? 'reconcile'

/** The unit tests of one folder, without those that simulate hours, days or whole queues. */
export default defineConfig({
  test: {
    root: '.',
    include: [`test/${folder}/**/*.test.ts`],
    exclude: [
      'test/**/*.property.test.ts',
      'test/reconcile/{authorise,grant,handle-message,regressions,router-in-creation,safety}.test.ts',
      'test/admission/accepted-writes.test.ts',
    ],
    deps: { interopDefault: false },
    testTimeout: 60_000,
  },
})
