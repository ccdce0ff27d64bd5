import neostandard, { plugins } from 'neostandard'

/** The rooms of src/, from the ground up: each may import those before it, and only through their door, index.ts. */
const rooms = [
  'errors',
  'config',
  'store',
  'audit',
  'mail',
  'authorization',
  'users',
  'keys',
  'tokens',
  'passwords',
  'throttling',
  'one-time-tokens',
  'factors',
  'accounts',
  'administration',
  'telemetry',
  'transfer',
  'cli',
]

const frameworks = {
  group: ['fastify', 'fastify-plugin', 'fastify/*', '@fastify/*'],
  message: 'The rooms of src/ know no HTTP framework; an adapter in plugins/ does.',
}
const folders = (...names) => ({
  regex: String.raw`^(\.\./)+(${names.join('|')})/`,
  message: 'Imports run one way: routes -> plugins -> src.',
})
const compositionRoots = {
  regex: String.raw`^(\.\./)+(src/)?(app|plugin|service|server)\.ts$`,
  message: 'Only entry points import the composition root.',
}
const pastDoors = {
  regex: String.raw`^(\.\./)+(src/)?(${rooms.join('|')})/(?!index\.ts$)`,
  message: 'A room is entered through its index.ts.',
}
// From outside src/: a folder of routes/ may be called like a room.
const pastDoorsOfSource = { ...pastDoors, regex: pastDoors.regex.replace('(src/)?', 'src/') }
const roomsAbove = (room) => {
  const above = rooms.slice(rooms.indexOf(room) + 1)
  if (above.length === 0) return []
  return [
    {
      regex: String.raw`^(\.\./)+(${above.join('|')})/`,
      message: `${room} may not import the rooms above it: ${above.join(', ')}.`,
    },
  ]
}

const forbid = (...patterns) => ({ 'no-restricted-imports': ['error', { patterns }] })

export default [
  ...neostandard({
    ts: true,
    noStyle: true,
    ignores: ['assets', 'src/browser/client/api.ts', 'dist', 'data', '.tap', '.cache'],
  }),
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      // RFCs name their parameters in snake_case.
      camelcase: 'off',
      // A schema and its type share a name; TypeScript tells them apart.
      '@typescript-eslint/no-redeclare': 'off',
    },
    files: ['**/*.ts'],
  },
  {
    files: ['**/*.ts'],
    plugins: { '@stylistic': plugins['@stylistic'] },
    rules: { '@stylistic/max-len': ['error', { code: 120, ignoreUrls: true }] },
  },
  {
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'MemberExpression[property.name=/^(selectAll|returningAll)$/]',
          message: 'Name the columns (columnsOf): a result must not change when a column is added.',
        },
      ],
    },
    files: ['src/**/*.ts'],
  },
  { files: ['plugins/**/*.ts'], rules: forbid(folders('routes'), compositionRoots, pastDoors) },
  { files: ['routes/**/*.ts'], rules: forbid(compositionRoots, pastDoorsOfSource) },
  {
    files: ['src/lib/**/*.ts'],
    rules: forbid(frameworks, folders('plugins', 'routes', ...rooms), compositionRoots),
  },
  ...rooms.map((room) => ({
    files: [`src/${room}/**/*.ts`],
    rules: forbid(
      frameworks,
      folders('plugins', 'routes'),
      ...(room === 'cli' ? [] : [compositionRoots]),
      pastDoors,
      ...roomsAbove(room),
    ),
  })),
]
