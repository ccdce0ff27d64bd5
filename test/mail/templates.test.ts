import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { createMailRenderer, exampleValues, isMailKind, loadMailTemplates, mailKinds } from '../../src/mail/index.ts'
import latchkey, { type Mail, type MailTemplates } from '../../src/plugin.ts'
import { build, buildWithSql, register, secretFor, signIn } from '../support/build.ts'
import { createHost, mountOptions } from '../support/host.ts'
import { runCommand } from '../support/latchkey-command.ts'
import { createMailbox } from '../support/mailbox.ts'
import { emptyFolder } from '../support/spawn.ts'

/** A host that sends these messages. */
async function mounted(t: Test, options: { mailTemplates?: MailTemplates }) {
  const mailbox = createMailbox()
  const lines: string[] = []
  const app = createHost(t, { logger: { level: 'error', stream: { write: (line: string) => lines.push(line) } } })
  await app.register(latchkey, { ...mountOptions, sendMail: mailbox.send, ...options })
  await app.ready()
  return { app, mailbox, lines }
}

/** Options that TypeScript would reject. */
function fromJavaScript(mailTemplates: unknown) {
  return Object.fromEntries([['mailTemplates', mailTemplates]])
}

const textsOf = (mails: Mail[]) => mails.map(({ text }) => text).toSorted()

async function folderOf(t: Test, files: Record<string, string | Buffer>) {
  const folder = await emptyFolder(t)
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  return folder
}

function requestReset(app: Awaited<ReturnType<typeof mounted>>['app'], username: string) {
  return app.inject({ method: 'POST', url: '/auth/password-reset', payload: { username } })
}

t.test('a host replaces messages per kind by functions, and the others keep the built-in text (M4)', async (t) => {
  const { app, mailbox } = await mounted(t, {
    mailTemplates: {
      verify_email: ({ product, name, userId, link, code, linkExpiresAt }) => ({
        subject: `${product}: Adresse bestätigen`,
        text: `${name} ${userId}\n${link}\nCode: ${code}\nbis ${linkExpiresAt.toISOString()}`,
      }),
    },
  })
  const { id } = (await register(app, 'ada', { email: 'ada@example.com' })).json<{ id: string }>()
  const [mail] = await mailbox.collect(app)
  t.equal(mail?.subject, 'Latchkey: Adresse bestätigen')
  t.match(
    mail?.text,
    new RegExp(`^null ${id}\nhttp://localhost:3000/auth/verify-email#ev_\\S+\nCode: \\d{4} \\d{4}\nbis 20`),
  )
  t.equal(mail?.html, undefined, 'text only')
  await requestReset(app, 'ada')
  t.match(await mailbox.collect(app), [{ subject: 'Reset your Latchkey password', html: /Set a new password/ }])
})

t.test('a message whose template fails has the built-in text, with one log line per kind (M4)', async (t) => {
  const failing = {
    throws: () => {
      throw new TypeError('no translation')
    },
    'returns a promise': async () => {
      throw new Error('database away')
    },
    'returns nothing': () => undefined,
    'has no subject': () => ({ text: 'Hello' }),
    'has a subject of two lines': ({ link, code }: { link: string; code: string }) => ({
      subject: 'Hello\r\nBcc: eve@example.com',
      text: link + code,
    }),
    'lacks the link': ({ code }: { code: string }) => ({ subject: 'Hello', text: code }),
    'lacks the code in its HTML': ({ link, code }: { link: string; code: string }) => ({
      subject: 'Hello',
      text: link + code,
      html: link,
    }),
    'changes the values': (values: { link: string }) => {
      values.link = 'https://evil.example/'
      throw new Error('no translation')
    },
  }
  for (const [what, template] of Object.entries(failing)) {
    const { app, mailbox, lines } = await mounted(t, fromJavaScript({ verify_email: template }))
    for (const name of ['ada', 'bob']) await register(app, name, { email: `${name}@example.com` })
    const built = { subject: 'Verify your e-mail address for Latchkey', text: /^http:\/\/localhost:3000\/auth/m }
    t.match(await mailbox.collect(app), [built, built], what)
    t.match(
      lines.map((line) => JSON.parse(line)),
      [{ level: 50, mail: { kind: 'verify_email' }, msg: 'mail template failed, built-in text sent' }],
      what,
    )
    t.equal(lines.length, 1, what)
    t.notMatch(lines.join(''), /ev_|\d{4} \d{4}\b/, what)
  }
})

t.test('templates get no text of a stranger for an unverified address, and never as a link (M2, M4)', async (t) => {
  const folder = await folderOf(t, {
    'verify_email.txt': 'Subject: Confirm\n\nHello{{#name}} {{ name }}{{/name}},\n{{ link }} {{ code }}\n',
    'reset_password.txt': 'Subject: For {{name}}\n\nHello{{#name}} {{ name }}{{/name}},\n{{ link }} {{ code }}\n',
    'new_device.txt': 'Subject: New\n\n{{ device }}\n',
  })
  const { app, change, mailbox } = await buildWithSql(t, 'sqlite', { MAIL_TEMPLATES: folder })
  const username = 'confirm at login.evil.example'
  await register(app, username, { email: 'victim@example.com' })
  await requestReset(app, username)
  const userAgent = 'Visit <b>evil.example</b> now/1.0 (x)'
  const signInElsewhere = (remoteAddress: string) =>
    app.inject({
      method: 'POST',
      url: '/auth/token',
      remoteAddress,
      headers: { 'user-agent': userAgent },
      payload: { username, password: secretFor(username) },
    })
  await signIn(app, username)
  await signInElsewhere('198.51.100.9')
  const mails = await mailbox.collect(app)
  t.match(textsOf(mails), [/^Hello,\n/, /^Hello,\n/, /^Unknown device\n/])
  t.notMatch(JSON.stringify(mails), /evil|Visit/)

  await change('update users set email_verified = 1')
  await requestReset(app, username)
  await signInElsewhere('203.0.113.9')
  const shown = await mailbox.collect(app)
  t.match(textsOf(shown), [/^Hello confirm at login\.\u2060evil\.\u2060example,\n/, /^Visit\n/])
  t.notMatch(JSON.stringify(shown), /evil\.example|<b>/)
})

t.test('a folder replaces messages by files, with values escaped in HTML (M4)', async (t) => {
  const folder = await folderOf(t, {
    'verify_email.txt':
      '\ufeffSubject: {{ product }}: bitte bestätigen\r\n\r\n{{#name}}\r\nHallo {{ name }},\r\n{{/name}}\r\n' +
      '{{^name}}\r\nHallo,\r\n{{/name}}\r\n{{link}}\r\n{{ code }} bis {{ codeExpiresAt }}\r\n',
    'verify_email.html': '<p>{{ product }}</p><a href="{{ link }}">{{code}}</a>',
    'reset_password.txt': 'Subject: Neu\n{{ link }} {{ code }}',
    '.hidden.txt': '',
    'README.md': '',
  })
  await mkdir(join(folder, 'de'))
  const { app, mailbox } = await build(t, { environment: { MAIL_TEMPLATES: folder, PRODUCT_NAME: 'Ada & Söhne' } })
  await register(app, 'ada', { email: 'ada@example.com' })
  const [mail] = await mailbox.collect(app)
  t.equal(mail?.subject, 'Ada & Söhne: bitte bestätigen')
  t.match(mail?.text, /^Hallo,\nhttp:\/\/localhost:3000\/auth\/verify-email#ev_\S+\n\d{4} \d{4} bis \d\d:\d\d UTC on /)
  t.match(mail?.html, /^<p>Ada &amp; Söhne<\/p><a href="http:\/\/localhost:3000\/auth\/verify-email#ev_/)
  await requestReset(app, 'ada')
  t.match(await mailbox.collect(app), [{ subject: 'Neu', html: undefined }])
})

t.test('the start rejects invalid templates and names the file and the placeholder (M4)', async (t) => {
  const good = 'Subject: Hello\n\n{{ link }} {{ code }}\n'
  const cases: Array<[files: Record<string, string | Buffer>, faults: RegExp[]]> = [
    [{ 'verify_mail.txt': good }, [/verify_mail\.txt: the name is not a kind .*verify_email/]],
    [{ 'verify_email.html': good }, [/verify_email\.html needs a verify_email\.txt beside it/]],
    [{ 'verify_email.txt': '{{ link }} {{ code }}' }, [/verify_email\.txt must begin with a line "Subject: …"/]],
    [{ 'verify_email.txt': 'Subject: Hello\n\n' }, [/verify_email\.txt must begin/]],
    [{ 'verify_email.txt': Buffer.from('Subject: \xe4', 'latin1') }, [/verify_email\.txt must be .*UTF-8/]],
    [{ 'verify_email.txt': `${good}{{ user }}` }, [/verify_email\.txt, line 4: \{\{ user \}\} is unknown.*link, code/]],
    [{ 'verify_email.txt': `${good}{{ constructor }}` }, [/\{\{ constructor \}\} is unknown/]],
    [{ 'verify_email.txt': `${good}{{{ link }}}` }, [/line 4: \{\{\{ link \}\} is not a placeholder/]],
    [{ 'verify_email.txt': `${good}{{ link` }, [/line 4: \{\{ link is not a placeholder/]],
    [{ 'verify_email.txt': `${good}{{#name}}` }, [/line 4: \{\{\/name\}\} is missing/]],
    [{ 'verify_email.txt': `${good}{{/name}}` }, [/line 4: \{\{\/name\}\} closes nothing/]],
    [
      { 'verify_email.txt': 'Subject: Hello\n\nHi', 'verify_email.html': '<a href="{{ link }}">Go</a>' },
      [
        /verify_email\.txt must always show \{\{ link \}\}/,
        /txt must always show \{\{ code \}\}/,
        /html must always show \{\{ code \}\}/,
      ],
    ],
    [
      { 'verify_email.txt': 'Subject: Hello\n\n{{#name}}{{ link }}{{/name}} {{ code }}' },
      [/verify_email\.txt must always show \{\{ link \}\}/],
    ],
    [{ 'invitation.txt': good }, [/invitation\.txt, line 3: \{\{ code \}\} is unknown/]],
  ]
  for (const [files, faults] of cases) {
    const folder = await folderOf(t, files)
    await t.rejects(
      async () => createHost(t).register(latchkey, { ...mountOptions, mailTemplates: folder }),
      { code: 'start_refused', faults },
      JSON.stringify(files),
    )
  }
  const wrong: Array<[mailTemplates: unknown, fault: RegExp]> = [
    [{ verify_mail: () => {} }, /^mailTemplates\.verify_mail is not a kind .*verify_email/],
    [{ verify_email: 'Hello' }, /^mailTemplates\.verify_email must be a function/],
    [3, /^mailTemplates must be /],
    ['/nowhere', /^Cannot read \/nowhere/],
  ]
  for (const [mailTemplates, fault] of wrong) {
    await t.rejects(
      async () => createHost(t).register(latchkey, { ...mountOptions, ...fromJavaScript(mailTemplates) }),
      {
        code: 'start_refused',
        faults: [fault],
      },
    )
  }
})

t.test('`latchkey mail preview` shows every kind with example values (M4)', async (t) => {
  const templates = await folderOf(t, {
    'verify_email.txt': 'Subject: Hallo\n\n{{ link }} {{ code }} {{ product }}\n',
    'invitation.txt': 'Subject: Hallo\n\n{{ link }}',
    'invitation.html': '<a href="{{ link }}">{{ name }}</a>',
  })
  const environment = { MAIL_TEMPLATES: templates, PRODUCT_NAME: 'Example', PUBLIC_URL: 'https://api.example.com' }
  const folder = await emptyFolder(t)
  const preview = (...parameters: string[]) =>
    runCommand(t, { folder, environment, parameters: ['mail', 'preview', ...parameters] })

  const { stdout: list } = await preview()
  t.match(list, /^verify_email +\S+verify_email\.txt +an e-mail address must be verified$/m)
  t.match(list, /^reset_password +built in +a password reset is requested$/m)
  const kinds = list
    .split('\n')
    .slice(1)
    .map((line) => line.split(' ')[0] ?? '')
  t.strictSame(kinds, Object.keys(mailKinds))
  for (const kind of kinds) {
    t.match(await preview(kind), { code: 0, stdout: /^Subject: \S[^\n]*\n\n[^]/ }, kind)
  }

  t.match(
    (await preview('verify_email', '--text')).stdout,
    /^Subject: Hallo\n\nhttps:\/\/api\.example\.com\/auth\/veri/,
  )
  t.match((await preview('invitation', '--html')).stdout, /^<a href="https:\/\/api\.example\.com\/auth\/.*">ada<\/a>$/)
  t.match(await preview('new_device', '--html', '--out', 'new.html'), { code: 0, stdout: '' })
  t.match(await readFile(join(folder, 'new.html'), 'utf8'), /^<!doctype html>[^]*Firefox on Windows/)

  const failing: Array<[parameters: string[], says: RegExp]> = [
    [['verify_mail'], /no kind of e-mail called verify_mail/],
    [['verify_email', '--html'], /no verify_email\.html/],
    [['new_device', '--html', '--text'], /cannot be used together/],
    [['new_device', '--out', 'no/such/folder'], /Cannot write no\/such\/folder/],
  ]
  for (const [parameters, says] of failing) t.match(await preview(...parameters), { code: 1, stderr: says })
})

const examples = exampleValues({
  product: 'Latchkey',
  color: '#123456',
  issuer: 'https://api.example.com/auth',
  at: new Date('2026-11-25T14:32:00Z'),
})

t.test('the guide lists every kind with its values (M4)', async (t) => {
  const guide = await readFile(new URL('../../docs/guides/mail-templates.md', import.meta.url), 'utf8')
  const namesIn = (text = '') => [...text.matchAll(/`(\w+)`/g)].map(([, name]) => name)
  const tables = guide.slice(guide.indexOf('## Values'))
  const commonTable = tables.slice(0, tables.indexOf('In addition'))
  const common = [...commonTable.matchAll(/^\|([^|]+)\|/gm)].flatMap(([, names]) => namesIn(names))
  const rows = tables.matchAll(/^\| `(\w+)` \| ([^|]+) \|([^|]*)\|$/gm)
  const documented = [...rows].filter(([, kind = '']) => isMailKind(kind)).map(([, kind, , values]) => [kind, values])
  t.strictSame(
    documented.map(([kind]) => kind),
    Object.keys(mailKinds),
  )
  for (const [kind = '', values] of documented) {
    if (!isMailKind(kind)) continue
    t.strictSame([...common, ...namesIn(values)].toSorted(), Object.keys(examples[kind]).toSorted(), kind)
  }
})

function rendererWith(templates: MailTemplates) {
  const brand = { name: 'Latchkey', color: '#123456' }
  const onTemplateFailure = (error: unknown) => t.fail(String(error))
  return createMailRenderer({ brand, templates, onTemplateFailure, now: () => 0 })
}

t.test('a file lists passkeys, and hides the section if there are none (M4)', async (t) => {
  const folder = await folderOf(t, {
    'password_changed.txt': 'Subject: Neu\n\nNeu.{{#passkeys}} Passkeys: {{ passkeys }}.{{/passkeys}}',
  })
  const { renderValues } = rendererWith(loadMailTemplates(folder))
  const textWith = (...authenticators: (string | null)[]) => {
    const passkeys = authenticators.map((authenticator) => ({ authenticator, addedAt: examples.password_changed.at }))
    return renderValues('password_changed', { ...examples.password_changed, passkeys }).text
  }
  const added = '(14:32 UTC on 25 November 2026)'
  t.equal(textWith('Bitwarden', null), `Neu. Passkeys: Bitwarden ${added}, Passkey ${added}.`)
  t.equal(textWith(), 'Neu.')
})

t.test('the built-in texts fit what has happened', async (t) => {
  const { renderValues } = rendererWith({})
  const used = (codesLeft: number) =>
    renderValues('recovery_code_used', { ...examples.recovery_code_used, codesLeft }).text
  t.match(used(4), /You have 4 left\.$/m)
  t.match(used(3), /You have 3 left\. Create new ones soon\.$/m)
  t.match(used(1), /You have one left\. Create new ones soon\.$/m)
  t.match(used(0), /You have none left\. Create new ones now\.$/m)

  const { codes_locked: locked, factor_removed: removed, new_device: signedIn } = examples
  const byPassword = renderValues('new_device', signedIn).text
  t.notMatch(byPassword, /passkey/)
  t.match(renderValues('new_device', { ...signedIn, isPasskey: true }).text, /with a passkey.*remove the passkey/s)
  t.match(renderValues('factor_removed', removed).text, /with your password alone.*add a second factor again/s)
  t.notMatch(renderValues('factor_removed', { ...removed, isLast: false }).text, /alone|again/)
  t.match(renderValues('codes_locked', locked).text, /enough on devices and networks you haven’t used recently/)
  t.match(renderValues('codes_locked', { ...locked, isKnownLocation: true }).text, /one of yours.*everywhere else/s)
})
