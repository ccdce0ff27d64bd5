// @lane browser
import { execFile, spawn } from 'node:child_process'
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { swaggerUiScript } from '../../src/swagger-ui.ts'
import { getMe, register, secretFor } from '../support/build.ts'
import { inBrowser } from '../support/chromium.ts'
import { authorize, openDocs, tryOut } from '../support/docs-page.ts'
import { listening } from '../support/listening.ts'
import { skipOutsideCi } from '../support/missing.ts'
import { freePort } from '../../scripts/free-port.ts'

const python = '/usr/bin/python3'
const advice = 'There is no FastAPI: apt-get install python3-fastapi python3-uvicorn python3-multipart.'

/** A route of the FastAPI tutorial, and its server. */
const tutorial = `
@app.get("/items/")
def read_items(token: str = Depends(oauth2_scheme)):
    return {"token": token}

import sys, uvicorn
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]))
`

inBrowser(t, 'the page of the FastAPI tutorial, as the guide writes it', async (t, browser) => {
  const hasFastapi = await promisify(execFile)(python, ['-c', 'import fastapi, uvicorn, multipart']).then(
    () => true,
    () => false,
  )
  if (!hasFastapi) return skipOutsideCi(t, advice)

  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const { app, url } = await listening(t, { environment: { CORS_ORIGINS: origin } })
  await register(app, 'ada')

  const folder = t.testdir()
  const guide = await readFile('docs/guides/swagger-ui.md', 'utf8')
  const [, snippet = ''] = /```python\n([^]*?)```/.exec(guide) ?? []
  await writeFile(join(folder, 'main.py'), snippet + tutorial)
  await mkdir(join(folder, 'static'))
  for (const name of ['swagger-ui-bundle.js', 'swagger-ui.css']) {
    await copyFile(`node_modules/@fastify/swagger-ui/static/${name}`, join(folder, 'static', name))
  }
  await copyFile(swaggerUiScript, join(folder, 'static/latchkey-swagger-ui.js'))

  const env = { ...process.env, AUTH_URL: `${url}/auth`, PYTHONUNBUFFERED: '1' }
  const server = spawn(python, ['main.py', String(port)], { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] })
  t.teardown(() => server.kill())
  for await (const line of createInterface(server.stderr)) if (line.includes('running on')) break
  server.stderr.resume()

  const { page } = await openDocs(browser, `${origin}/docs`)
  await authorize(page, 'ada', secretFor('ada'))
  const answer = await tryOut(page, 'default-read_items_items__get')
  t.match(answer, { status: '200', body: { token: /^eyJ/ } })
  t.match((await getMe(app, answer.body.token)).json(), { username: 'ada' })
})
