#!/usr/bin/env node
import { constants } from 'node:os'
import { createLogDestination } from '../lib/log-destination.ts'
import { createProgram } from './program.ts'

// In a container the process is PID 1, which ignores signals without a handler.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // A command with its own handler ends by itself.
    if (process.listenerCount(signal) === 1) process.exit(128 + constants.signals[signal])
  })
}

const logStream = createLogDestination({ fd: 1, warn: (text) => process.stderr.write(`${text}\n`) })
process.on('exit', logStream.flush)

const program = createProgram({
  env: process.env,
  nodeVersion: process.versions.node,
  cwd: '.',
  // Node.js opens standard input at the first access, and few commands need it.
  get stdin() {
    return process.stdin
  },
  stdout: process.stdout,
  stderr: process.stderr,
  signals: process,
  logStream,
})

process.exitCode = await program.run(process.argv.slice(2))
