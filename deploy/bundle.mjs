/** Bundles the entry points that are uploaded: `node deploy/bundle.mjs lambda|fc`, each into dist/NAME, with esbuild's account of it beside it. */
import { rmSync, writeFileSync } from 'node:fs'
import { build } from 'esbuild'

/**
 * Packages that others require and no call of cen-attach uses; deploy/unused.cjs stands for them. `@alicloud/fc2` needs ali-oss and axios to
 * upload code, and ws for a shell; `@darabonba/typescript` has websockets (ws and the proxy agents), dates (moment) and XML (xml2js).
 */
const UNUSED = [
  'ali-oss',
  'axios',
  'http-proxy-agent',
  'https-proxy-agent',
  'moment',
  'socks-proxy-agent',
  'ws',
  'xml2js',
]

/** CommonJS packages inside an ES module call `require` for Node's own modules. */
const REQUIRE = `import{createRequire}from'node:module';const require=createRequire(import.meta.url);`

/** @type {Record<string, import('esbuild').BuildOptions>} */
const ENTRY_POINTS = {
  /** ES modules: the entry point with what it imports, and a file for every `import()`, loaded when it is called. */
  lambda: {
    entryPoints: ['functions/aws-lambda.ts'],
    format: 'esm',
    splitting: true,
    outExtension: { '.js': '.mjs' },
    chunkNames: '[name]-[hash]',
    banner: { js: REQUIRE },
  },
  /** One CommonJS file, as the console and the deployment of Function Compute take it. */
  fc: { entryPoints: [{ in: 'functions/alibaba-fc.ts', out: 'index' }], format: 'cjs' },
}

for (const name of process.argv.slice(2)) {
  const outdir = `dist/${name}`
  rmSync(outdir, { recursive: true, force: true })
  const { metafile } = await build({
    ...ENTRY_POINTS[name],
    outdir,
    bundle: true,
    alias: Object.fromEntries(UNUSED.map((name) => [name, './deploy/unused.cjs'])),
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    minify: true,
    metafile: true,
    logLevel: 'warning',
  })
  // Beside the folder, which is uploaded as it is.
  writeFileSync(`${outdir}.meta.json`, JSON.stringify(metafile))
}
