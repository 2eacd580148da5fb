/** Writes what the docs say of the code's own tables. Run by `npm run docs`, after the build. */
import { writeFileSync } from 'node:fs'
import { permissionsMarkdown, RAM_FILES } from '../dist/lib/alibaba/permissions-markdown.js'
import { awsPermissionsMarkdown } from '../dist/lib/aws/permissions-markdown.js'
import { codesMarkdown } from '../dist/lib/codes-markdown.js'

const docs = (name) => new URL(name, import.meta.url)
writeFileSync(docs('error-codes.md'), codesMarkdown())
writeFileSync(docs('permissions.md'), `${permissionsMarkdown()}\n${awsPermissionsMarkdown()}`)
for (const [name, content] of Object.entries(RAM_FILES)) {
  writeFileSync(docs(`ram/${name}`), `${JSON.stringify(content, null, 2)}\n`)
}
