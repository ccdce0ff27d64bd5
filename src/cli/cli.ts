#!/usr/bin/env node
import { constants } from 'node:os'
import { createLogDestination } from '../lib/log-destination.ts'
import { createProgram } from './program.ts'

// PID 1, as in a container, ignores signals without a handler.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // Commands with a handler of their own end by themselves.
    if (process.listenerCount(signal) === 1) process.exit(128 + constants.signals[signal])
  })
}

const logStream = createLogDestination({ fd: 1, warn: (text) => process.stderr.write(`${text}\n`) })
process.on('exit', logStream.flush)

const program = createProgram({
  env: process.env,
  nodeVersion: process.versions.node,
  cwd: '.',
  // Node opens it when it is first looked at, which few commands do.
  get stdin() {
    return process.stdin
  },
  stdout: process.stdout,
  stderr: process.stderr,
  signals: process,
  logStream,
})

process.exitCode = await program.run(process.argv.slice(2))
