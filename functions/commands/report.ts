/** `cen-attach report` */
import type { Command } from 'commander'
import { readRecord } from '../../lib/campaigns/reports/json.js'
import { type ReportFile, reportOption, writeReports } from '../campaigns/options.js'
import { readText } from '../terminal/input-files.js'
import { print, printJson, UsageError } from '../terminal/print.js'

export function addReport(program: Command): void {
  program
    .command('report <file>')
    .description('write the reports of a campaign from its JSON report (- for standard input)')
    .requiredOption('--report <file>', 'the report to write; several times for several formats', reportOption)
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  cen-attach submit vpcs.csv --campaign wave-3 --watch --report wave-3.json\n  cen-attach report wave-3.json --report wave-3.html --report wave-3.csv',
    )
    .action(async (file: string, { report, json }: { report: readonly ReportFile[]; json?: boolean }) => {
      const reading = readRecord(readText(file))
      if (!reading.ok) throw new UsageError(reading.faults.map((fault) => `${file}: ${fault}`))
      await writeReports(report, reading.record)
      const reports = report.map(({ path }) => path)
      if (json) printJson({ reports, rows: reading.record.rows.length })
      else for (const path of reports) print(`report: ${path}`)
    })
}
