import neostandard from 'neostandard'

const frameworks = {
  group: ['fastify', 'fastify-plugin', 'fastify/*', '@fastify/*'],
  message: 'What lies in src/ knows no HTTP framework; an adapter in plugins/ does.',
}
const above = (...rooms) => ({
  regex: String.raw`^(\.\./)+(${rooms.join('|')})/`,
  message: 'Imports run one way: routes -> plugins -> src.',
})
const entries = {
  regex: String.raw`^(\.\./)+(src/)?(app|service|server|cli)\.ts$`,
  message: 'Only entry points import the composition root.',
}

/** Inside src/: commands -> doctor -> accounts -> tokens -> store; mail and audit call the store only. */
const rooms = {
  commands: [],
  doctor: ['commands'],
  accounts: ['commands', 'doctor'],
  tokens: ['commands', 'doctor', 'accounts'],
  mail: ['commands', 'doctor', 'accounts', 'tokens', 'audit'],
  audit: ['commands', 'doctor', 'accounts', 'tokens', 'mail'],
  store: ['commands', 'doctor', 'accounts', 'tokens', 'mail', 'audit'],
}

const forbid = (...patterns) => ({ 'no-restricted-imports': ['error', { patterns }] })

export default [
  ...neostandard({ ts: true, noStyle: true, ignores: ['dist', 'data', '.tap', '.cache'] }),
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      // The names of RFCs are theirs.
      camelcase: 'off',
      // A schema and its type share a name; TypeScript knows them apart.
      '@typescript-eslint/no-redeclare': 'off',
    },
    files: ['**/*.ts'],
  },
  { files: ['plugins/**/*.ts'], rules: forbid(above('routes'), entries) },
  { files: ['routes/**/*.ts'], rules: forbid(entries) },
  { files: ['src/config/config.ts', 'src/errors/errors.ts'], rules: forbid(frameworks, above('plugins', 'routes')) },
  ...Object.entries(rooms).map(([room, foreign]) => ({
    files: [`src/${room}/**/*.ts`],
    rules: forbid(
      frameworks,
      above('plugins', 'routes'),
      entries,
      ...(foreign.length === 0 ? [] : [above(...foreign)]),
    ),
  })),
]
