/** Writes what the docs say of the code's own tables. Run by `npm run docs`, after the build. */
import { readFileSync, writeFileSync } from 'node:fs'
import { conformanceMarkdown } from '../dist/docs/generate/conformance.js'
import { codesMarkdown } from '../dist/docs/generate/error-codes.js'
import { alibabaPermissionsMarkdown, awsPermissionsMarkdown, RAM_FILES } from '../dist/docs/generate/permissions.js'

const docs = (name) => new URL(name, import.meta.url)
writeFileSync(docs('error-codes.md'), codesMarkdown())
writeFileSync(docs('permissions.md'), `${alibabaPermissionsMarkdown()}\n${awsPermissionsMarkdown()}`)
writeFileSync(docs('conformance.md'), conformanceMarkdown(readFileSync(docs('conformance.md'), 'utf8')))
for (const [name, content] of Object.entries(RAM_FILES)) {
  writeFileSync(docs(`ram/${name}`), `${JSON.stringify(content, null, 2)}\n`)
}
