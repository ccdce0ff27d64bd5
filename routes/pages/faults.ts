import { Refusal } from '../../src/errors.ts'

/** What was wrong with a form: by the name of the field, and with all of it. */
export interface Faults {
  status: number
  code: string
  /** In no field. */
  message: string | undefined
  of: (field: string) => string | undefined
}

/** What a refusal says of the fields of a form; other errors are thrown again. */
export function faultsOf (error: unknown): Faults {
  if (!(error instanceof Refusal) || error.statusCode >= 500) throw error
  const { statusCode: status, code, message, errors = [] } = error
  return {
    status,
    code,
    message: errors.length === 0 ? message : undefined,
    of: (field) => {
      const fault = errors.find(({ path }) => path === `/${field}`)
      return fault && `It ${fault.message}.`
    },
  }
}
