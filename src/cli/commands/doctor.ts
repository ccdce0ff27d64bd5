import { explainErrors } from '../explain-errors.ts'
import type { DefineCommand } from '../add-commands.ts'
import type { CommandContext } from '../context.ts'
import { diagnose, type Diagnosis } from '../doctor/checks.ts'
import type { Level } from '../doctor/check-result.ts'
import { thisMachine } from '../doctor/machine.ts'
import type { Color, OutputOptions } from '../output.ts'

const colors = {
  ok: 'green',
  note: 'cyan',
  warning: 'yellow',
  fault: 'red',
  unchecked: 'gray',
} as const satisfies Record<Level, Color>

/** `latchkey doctor` */
export const defineDoctor: DefineCommand = (command, context) => {
  command
    .option('--json', 'Print JSON')
    .addHelpText(
      'after',
      [
        '',
        'Run it in the folder of the service, as the user of the service. The service may',
        'be running or stopped. It changes nothing. The exit code is 1 if it finds a',
        'fault, and 0 for warnings and notes.',
        '',
        'Examples:',
        '  latchkey doctor',
        '  latchkey doctor --json | jq \'.checks[] | select(.level == "fault")\'',
      ].join('\n'),
    )
    .action((options: OutputOptions) =>
      explainErrors(context, async () => {
        const checks = await diagnose(thisMachine(context))
        const counts = countLevels(checks)
        if (counts.fault > 0) context.exitCode = 1
        const text = `${linesOf(context, checks)}\n\n${summaryOf(context, counts)}`
        await context.print(text, { summary: counts, checks }, options)
      }),
    )
}

/** One line for each result, and one below it for the remedy. */
function linesOf({ colored }: CommandContext, checks: Diagnosis[]) {
  const width = Math.max(...checks.map(({ check }) => check.length))
  return checks
    .flatMap(({ check, level, message, remedy }) => [
      `${colored(colors[level], level.padEnd('unchecked'.length))}  ${check.padEnd(width)}  ${message}`,
      ...(remedy === undefined ? [] : [`${' '.repeat('unchecked'.length + width + 4)}-> ${remedy}`]),
    ])
    .join('\n')
}

function countLevels(checks: Diagnosis[]): Record<Level, number> {
  const count = (level: Level) => checks.filter((check) => check.level === level).length
  return {
    ok: count('ok'),
    note: count('note'),
    warning: count('warning'),
    fault: count('fault'),
    unchecked: count('unchecked'),
  }
}

function summaryOf({ colored }: CommandContext, { ok, note, warning, fault, unchecked }: Record<Level, number>) {
  const worst = fault > 0 ? 'fault' : warning > 0 ? 'warning' : 'ok'
  const text = [
    numberOf(fault, 'fault'),
    numberOf(warning, 'warning'),
    numberOf(note, 'note'),
    `${ok} ok`,
    ...(unchecked > 0 ? [`${unchecked} not checked`] : []),
  ].join(', ')
  return colored(colors[worst], text)
}

function numberOf(count: number, word: string) {
  return `${count} ${word}${count === 1 ? '' : 's'}`
}
