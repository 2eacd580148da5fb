/** Joins the modules of a bundle. `find` has each by its name, `./chunk-….cjs`; everything else is Node's own. Returns the exports of the first. */
module.exports = (find) => {
  const loaded = {}
  const requirePart = (name) => {
    if (!name.startsWith('./')) return require(name)
    if (!loaded[name]) {
      loaded[name] = { exports: {} }
      find(name)(loaded[name], loaded[name].exports, requirePart)
    }
    return loaded[name].exports
  }
  return requirePart('./main.cjs')
}
