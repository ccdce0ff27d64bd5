import { explainErrors } from '../explain-errors.ts'
import type { DefineCommand } from '../add-commands.ts'
import type { CommandContext } from '../context.ts'
import { diagnose, type Diagnosis } from '../doctor/checks.ts'
import type { Level } from '../doctor/finding.ts'
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
    .option('--json', 'for programs')
    .addHelpText(
      'after',
      [
        '',
        "It reads the settings of the service, so run it in the service's folder and as its user,",
        'while the service runs or not. The exit code is 1 when there is a fault; warnings and notes',
        'leave it at 0.',
        '',
        'Examples:',
        '  latchkey doctor',
        '  latchkey doctor --json | jq \'.checks[] | select(.level == "fault")\'',
      ].join('\n'),
    )
    .action((options: OutputOptions) =>
      explainErrors(context, 'The findings could not be printed.', async () => {
        const checks = await diagnose(thisMachine(context))
        const counts = countLevels(checks)
        const text = `${linesOf(context, checks)}\n\n${summaryOf(context, counts)}`
        await context.print(text, { summary: counts, checks }, options)
        if (counts.fault > 0) context.exitCode = 1
      }),
    )
}

/** A line for each finding, and one below for its remedy. */
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
