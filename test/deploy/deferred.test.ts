/** What stands for a module until its first use. */
import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'

const defer: <T>(load: () => T) => T & { readonly default: T } = createRequire(import.meta.url)(
  '../../deploy/defer.cjs',
)

const counted = <T>(real: T) => {
  const loads: T[] = []
  const standIn = defer(() => {
    loads.push(real)
    return real
  })
  return { standIn, loads }
}

class Place {
  static readonly kind = 'a class'
  constructor(readonly name: string) {}
}

describe('a deferred module', () => {
  it('is not loaded by what TypeScript does with an import', () => {
    const { standIn, loads } = counted({ add: () => 1 })
    // As __importStar and __importDefault look at it, and as a static table of types holds it.
    expect((standIn as { __esModule?: unknown }).__esModule).toBe(true)
    expect([typeof standIn.default, loads.length]).toEqual(['function', 0])
  })

  it('answers as the module does, whichever way it is imported', () => {
    const { standIn } = counted({ add: (a: number, b: number) => a + b })
    expect([standIn.add(1, 2), standIn.default.add(1, 2)]).toEqual([3, 3])
  })

  it('is called and constructed as the module is', () => {
    const called = counted((text: string) => text.length).standIn
    expect([called('four'), called.default('four')]).toEqual([4, 4])
    const built = counted(Place).standIn
    expect(new built('here')).toBeInstanceOf(Place)
    expect(new built.default('here').name).toBe('here')
    expect(built.default.kind).toBe('a class')
  })

  it('hands on the default of an ES module, not the module', () => {
    const { standIn } = counted({ __esModule: true, default: Place, kind: 'named' })
    const { default: Default } = standIn as unknown as { default: typeof Place }
    expect([new Default('here').name, standIn.kind]).toEqual(['here', 'named'])
  })
})
