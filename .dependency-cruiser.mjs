/**
 * The house's floors, as docs/ARCHITECTURE.md draws them, for dependency-cruiser: who may import whom, types included. Run by
 * `pnpm check`; scripts/test/lint.test.ts plants a fault against each rule.
 */

/** Core's floors from the top. Folders of one floor are strangers to each other. */
const FLOORS = [
  ['parallel'],
  ['system'],
  ['actor', 'remote'],
  ['mailbox', 'dispatch', 'supervision', 'timers', 'serialization', 'events', 'transport'],
  ['model'],
  ['errors'],
  ['base'],
]

const CORE = '^packages/core/src'
/** The modules that a package.json names as doors, or as dist, for those who run built code. */
const DOORS =
  '^packages/[^/]+/(src/index\\.ts$|dist/)|^packages/core/src/(parallel|transport)/index\\.ts$|^packages/testkit/src/semantics/index\\.ts$|^packages/transport-ws/src/browser\\.ts$|^packages/transport-worker/src/web/index\\.ts$'
const TRANSPORT_DOOR = `${CORE}/transport/index\\.ts$`
/** @param {string} name */
const library = (name) => `(^|/)node_modules/${name}/|^${name}(/|$)`

const floors = FLOORS.flatMap((floor, level) =>
  floor.map((folder) => {
    // What stands above the engines is built from the public door, and from nothing else.
    const below =
      folder === 'parallel'
        ? ['index\\.ts$']
        : FLOORS.slice(level + 1)
            .flat()
            .map((name) => `${name}/`)
    return {
      name: `floor-${folder}`,
      severity: 'error',
      comment: `core/src/${folder} imports its own folder and ${folder === 'parallel' ? 'the public door' : 'the floors below'}`,
      // A door shows what stands above its floor; nothing inside goes through it.
      from: { path: `${CORE}/${folder}/`, ...(folder === 'transport' ? { pathNot: TRANSPORT_DOOR } : {}) },
      to: { path: `${CORE}/`, pathNot: `${CORE}/(${[`${folder}/`, ...below].join('|')})` },
    }
  }),
)

const libraryDoors = [
  { name: 'nanoid', door: `${CORE}/base/ids\\.ts$` },
  { name: 'msgpackr', door: `${CORE}/serialization/msgpack-[^/]+\\.ts$` },
  { name: 'rxjs', door: `${CORE}/base/observable\\.ts$|^packages/examples/` },
  { name: 'ws', door: '^packages/transport-ws/src/' },
].map(({ name, door }) => ({
  name: `door-${name}`,
  severity: 'error',
  comment: `${name} enters the house through one door`,
  from: { path: '^packages/[^/]+/src/', pathNot: door },
  to: { path: library(name) },
}))

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...floors,
    ...libraryDoors,
    {
      name: 'no-cycle',
      severity: 'error',
      comment: 'types count: two files that need each other are one file, or three',
      from: { path: '^(packages|bench|scripts)/', pathNot: `${CORE}/model/` },
      to: { circular: true },
    },
    {
      name: 'no-cycle-at-runtime',
      severity: 'error',
      comment: 'the vocabulary is recursive (a definition is given a self, which spawns definitions), in types only',
      from: { path: `${CORE}/model/` },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'known-floor',
      severity: 'error',
      comment: 'core has the folders that the drawing has; beside them only its door',
      from: { path: `${CORE}/`, pathNot: `${CORE}/(index\\.ts$|(${FLOORS.flat().join('|')})/)` },
      to: {},
    },
    {
      name: 'door-stays-below-parallel',
      severity: 'error',
      comment: 'the public door knows nothing of what is built from it',
      from: { path: `${CORE}/index\\.ts$` },
      to: { path: `${CORE}/parallel/` },
    },
    {
      name: 'doors-are-for-others',
      severity: 'error',
      comment: 'inside core, files import files',
      from: { path: `${CORE}/(?!parallel/)` },
      to: { path: `${CORE}/(index\\.ts$|transport/index\\.ts$)` },
    },
    {
      name: 'core-runs-anywhere',
      severity: 'error',
      comment: 'core has no node: import: it runs in Node, Bun, Deno and browsers',
      from: { path: `${CORE}/` },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'core-knows-no-other-package',
      severity: 'error',
      from: { path: `${CORE}/` },
      to: { path: '^packages/(?!core/)|^@troupe/' },
    },
    {
      name: 'no-barrel',
      severity: 'error',
      comment: 'a barrel exists only where package.json has a door: inside, files import files',
      from: { path: '^packages/[^/]+/src/', pathNot: DOORS },
      to: { dependencyTypes: ['export'] },
    },
    {
      name: 'parent-child',
      severity: 'error',
      comment: 'the two ends of a worker meet in shared/, which knows neither; web workers have their own in web/',
      from: { path: '^packages/transport-worker/src/(parent|child|shared|web)/' },
      to: { path: '^packages/transport-worker/src/(parent|child|web)/', pathNot: '^packages/transport-worker/src/$1/' },
    },
    {
      name: 'web-knows-no-node',
      severity: 'error',
      comment: 'a page has no node: modules',
      from: { path: '^packages/transport-worker/src/web/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'through-the-door',
      severity: 'error',
      comment: 'a package is imported through a door that its package.json has, never by a path into it',
      from: { path: '^packages/([^/]+)/' },
      to: { path: '^packages/', pathNot: `^packages/$1/|${DOORS}` },
    },
    {
      name: 'src-knows-no-test',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/' },
      to: { path: '^packages/[^/]+/test/' },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '/dist/'] },
    exclude: { path: ['/dist/', '\\.api\\.md$'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    detectJSDocImports: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['troupe-src', 'import', 'node', 'default'],
      extensions: ['.ts', '.mjs', '.js', '.json'],
    },
  },
}
