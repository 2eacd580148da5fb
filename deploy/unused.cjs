/** Stands in the bundles for packages that no call of cen-attach uses (deploy/bundle.mjs). */
module.exports = {}
