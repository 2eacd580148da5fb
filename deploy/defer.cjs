/**
 * Stands for a module that is loaded by its first use. It says of itself that it is an ES module, so that the interop of
 * TypeScript (`__importStar`, `__importDefault`) hands it on as it is and copies nothing out of it.
 */
const callable = (load) => ({
  apply: (_, self, given) => Reflect.apply(load(), self, given),
  construct: (_, given) => Reflect.construct(load(), given),
})

/** Only what stands for a function can be called, and only what stands for one of these can be constructed. */
function target() {}

const standIn = (load, get) => new Proxy(target, { ...callable(load), get })

module.exports = (load) => {
  const defaultOf = (real) => (real.__esModule ? real.default : real)
  const byDefault = standIn(
    () => defaultOf(load()),
    (_, name) => defaultOf(load())[name],
  )
  const answers = { __esModule: true, default: byDefault }
  return standIn(load, (_, name) => (Object.hasOwn(answers, name) ? answers[name] : load()[name]))
}
