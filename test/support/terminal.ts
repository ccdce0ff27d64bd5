import { spawn } from 'node:child_process'
import { PassThrough, Writable } from 'node:stream'
import type { Test } from 'tap'
import { commandLine, emptyFolder, environmentFor, type Start } from './spawn.ts'

/** Starts the built `latchkey` on a terminal of its own, which `script` of util-linux makes. */
export async function startOnTerminal(
  t: Test,
  { parameters = [], folder, environment }: Pick<Start, 'parameters' | 'folder' | 'environment'> = {},
) {
  const place = folder ?? (await emptyFolder(t))
  const child = spawn(
    'script',
    ['--quiet', '--return', '--command', commandLine(parameters).map(quoted).join(' '), '/dev/null'],
    {
      cwd: place,
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...environmentFor(environment), SHELL: '/bin/sh', TERM: 'xterm' },
    },
  )
  let shown = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text
  })
  const exited = new Promise<{ code: number | null; shown: string }>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, shown }))
  })
  t.teardown(async () => {
    child.stdin.destroy()
    child.kill()
    await exited
  })

  return {
    folder: place,
    exited,
    /** Closes the terminal, and not the program on it. */
    closeTerminal: () => child.kill('SIGKILL'),
    type: (text: string) => {
      child.stdin.write(text)
    },

    /** Waits for new output that matches. @returns all output so far */
    until: (pattern: RegExp) =>
      new Promise<string>((resolve, reject) => {
        const look = () => {
          if (!pattern.test(shown)) return
          child.stdout.off('data', look)
          resolve(shown)
        }
        child.stdout.on('data', look)
        exited.then(() => reject(new Error(`It ended, and showed: ${shown}`)), reject)
        look()
      }),
  }
}

/**
 * A terminal for a command in this process.
 * @param script prompts and the text typed after each, in order
 */
export function createTerminal(script: [shown: RegExp, typed: string][]) {
  const steps = [...script]
  const input = Object.assign(new PassThrough(), { isTTY: true })
  let shown = ''
  const write = (text: string) => {
    shown += text
    const [step] = steps
    if (step === undefined || !step[0].test(shown)) return
    steps.shift()
    input.write(step[1])
  }
  return {
    input,
    output: Object.assign(
      new Writable({
        write(chunk, _encoding, done) {
          write(String(chunk))
          done()
        },
      }),
      { isTTY: true },
    ),
    /** All output of the command, without the typed text. */
    shown: () => shown,
  }
}

function quoted(word: string) {
  return `'${word.replaceAll("'", "'\\''")}'`
}
