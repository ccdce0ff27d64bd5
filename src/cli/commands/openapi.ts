import { settingsFromEnvironment } from '../../config/index.ts'
import { createService } from '../../service.ts'
import type { DefineCommand } from '../add-commands.ts'
import { explainErrors } from '../explain-errors.ts'

/** `latchkey openapi` */
export const defineOpenapi: DefineCommand = (command, context) => {
  command.action(() =>
    explainErrors(context, async () => {
      const app = await createService(settingsFromEnvironment({ DATABASE_URL: ':memory:', LOG_LEVEL: 'silent' }))
      try {
        await app.ready()
        await context.write(`${JSON.stringify(app.swagger(), null, 2)}\n`)
      } finally {
        await app.close()
      }
    }),
  )
}
