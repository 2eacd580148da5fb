/** Stands in the bundle for what `@alicloud/fc2` needs to upload code (ali-oss, axios): cen-attach only invokes. */
module.exports = {}
