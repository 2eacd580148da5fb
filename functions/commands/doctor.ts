/** `cen-attach doctor` */
import type { Command } from 'commander'
import type { DoctorOptions } from '../doctor/examined.js'
import { print, printJson } from '../terminal/print.js'

const EXAMPLES = `
Examples:
  cen-attach doctor
  cen-attach doctor --stage prod
  cen-attach doctor --cen cen-7qthudw0ll6jmxabcd --region cn-hangzhou
  cen-attach doctor --request request.json --json | jq '.checks[].findings[] | select(.level == "error")'

It reads with the worker's settings, changes nothing, and prints below each finding what mends it: ✓ good, ! a warning, ✗ an error,
? not known. Exit code 1: there are errors.`

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description(
      'check settings, queues, topic, identities, CENs, grant role and function, and print what mends each fault',
    )
    .option('--stage <stage>', 'check a deployed stage: the outputs of its stack, and the settings of its function')
    .option('--cen <id>', 'only this CEN')
    .option('--region <region>', 'only this region at Alibaba')
    .option('--request <file>', 'only what this request needs (a JSON file, - for standard input)')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(doctor)
}

async function doctor(options: DoctorOptions): Promise<void> {
  const [{ holdEnvironment }, { examine }, { readExamined }, { buildProbes }, { examinationText }] = await Promise.all([
    import('../compose/held-secrets.js'),
    import('../../lib/doctor/examine.js'),
    import('../doctor/examined.js'),
    import('../doctor/probes.js'),
    import('../doctor/text.js'),
  ])
  holdEnvironment(process.env)
  const { examined, config, env } = await readExamined(options, process.env)
  const examination = await examine(examined, buildProbes(config, env))
  const { checks, counts } = examination
  process.exitCode = counts.error > 0 ? 1 : 0
  if (options.json) printJson({ ok: counts.error === 0, counts, checks })
  else print(examinationText(examination))
}
