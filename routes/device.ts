import type { FastifyRequest } from 'fastify'
import type { Device } from '../src/tokens/devices.ts'

/** Where a request comes from. */
export function deviceOf ({ ip, headers }: FastifyRequest): Device {
  return { address: ip ?? null, userAgent: headers['user-agent'] }
}
