#!/usr/bin/env node
import { createProgram } from './program.ts'

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
})

process.exitCode = await program.run(process.argv.slice(2))
