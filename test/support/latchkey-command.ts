/* The `latchkey` command in this process. */
import { PassThrough, Readable, Writable } from 'node:stream'
import type { Test } from 'tap'
import type { ProgramOptions } from '../../src/cli/context.ts'
import { createProgram } from '../../src/cli/program.ts'
import { keepLog } from './build.ts'
import { cheapSettings, emptyFolder } from './spawn.ts'

interface Command extends Partial<Omit<ProgramOptions, 'env' | 'cwd'>> {
  /** The command line after `latchkey`. */
  parameters: string[]
  /** The working folder, by default a new one. */
  folder?: string
  /** Settings, besides a free port and cheap hashes. */
  environment?: NodeJS.ProcessEnv
  /** The text on standard input. */
  input?: string
}

/** Runs a command. @returns its exit code and its output, which must contain no stack trace and no secret */
export async function runCommand(
  t: Test,
  { parameters, folder, environment = {}, input = '', ...streams }: Command,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const written = Promise.all([textOf(stdout), textOf(stderr)])
  const program = createProgram({
    env: { ...cheapSettings, ...environment },
    nodeVersion: '24.11.0',
    cwd: folder ?? (await emptyFolder(t)),
    stdin: Readable.from(input === '' ? [] : [Buffer.from(input)]),
    stdout,
    stderr,
    logStream: stdout,
    ...streams,
  })
  const code = await program.run(parameters)
  stdout.end()
  stderr.end()
  const [out, err] = await written
  for (const line of err.split('\n').filter(Boolean)) keepLog(`${JSON.stringify({ stderr: line })}\n`)
  t.notMatch(out + err, /^\s+at |node_modules|not-for-logs|SqliteError|ApiError|StartError/m, parameters.join(' '))
  return { code, stdout: out.trimEnd(), stderr: err.trimEnd() }
}

/** Runs a command in a folder. */
export function latchkey(t: Test, folder: string, environment: NodeJS.ProcessEnv, ...parameters: string[]) {
  return runCommand(t, { folder, environment, parameters })
}

/** Standard output whose reader has closed the pipe. */
export function closedPipe() {
  return new Writable({
    write(_chunk, _encoding, done) {
      done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
    },
  })
}

async function textOf(stream: PassThrough): Promise<string> {
  let text = ''
  for await (const chunk of stream.setEncoding('utf8')) text += chunk
  return text
}
