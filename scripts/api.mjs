/**
 * The API gate. Each door's exports, as its built declarations have them, are written down in etc/*.api.md. `pnpm run api` writes them
 * anew; with --check, a difference fails: what enters or leaves a door is a decision, seen in review.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor'
import { build, install } from './lib/prepare.mjs'
import { root, say } from './lib/run.mjs'

const check = process.argv.includes('--check')
const { None: none, Warning: warning, Error: error } = ExtractorLogLevel
const QUIET = ['ae-missing-release-tag', 'ae-forgotten-export', 'ae-unresolved-link', 'ae-incompatible-release-tags']

await install()
  .then(() => build())
  .catch((error) => {
    say(error.message)
    process.exit(1)
  })
mkdirSync(join(root, 'etc'), { recursive: true })
mkdirSync(join(root, '.cache/api'), { recursive: true })
const changed = doors().filter((door) => !report(door))
if (changed.length > 0) {
  console.error(`The public API differs from etc/: ${changed.map(({ name }) => name).join(', ')}`)
  console.error('If that is meant, run `pnpm run api`, and commit etc/ with a changeset.')
  process.exitCode = 1
}

/** Every door of every package that will be published. */
function doors() {
  return readdirSync(join(root, 'packages')).flatMap((folder) => {
    const home = join(root, 'packages', folder)
    const manifest = join(home, 'package.json')
    if (!existsSync(manifest)) return []
    const { private: hidden, exports = {} } = JSON.parse(readFileSync(manifest, 'utf8'))
    if (hidden) return []
    return Object.entries(exports).flatMap(([door, target]) => {
      const types = target.types
      return types === undefined ? [] : [{ name: [folder, ...door.split('/').slice(1)].join('-'), home, manifest, types }]
    })
  })
}

/** Writes or compares one door's report; false when it differed and was to be the same. @param {ReturnType<typeof doors>[number]} door */
function report({ name, home, manifest, types }) {
  const config = ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: manifest,
    configObject: {
      projectFolder: home,
      mainEntryPointFilePath: join(home, types),
      newlineKind: 'lf',
      compiler: {
        overrideTsconfig: { extends: '../../tsconfig.base.json', compilerOptions: { customConditions: [] }, include: ['dist'] },
      },
      apiReport: {
        enabled: true,
        reportFileName: `${name}.api.md`,
        reportFolder: join(root, 'etc'),
        reportTempFolder: join(root, '.cache/api'),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: warning } },
        extractorMessageReporting: {
          default: { logLevel: warning },
          ...Object.fromEntries(QUIET.map((id) => [id, { logLevel: none }])),
        },
        tsdocMessageReporting: { default: { logLevel: none } },
      },
    },
  })
  const result = Extractor.invoke(config, {
    localBuild: !check,
    messageCallback(message) {
      message.handled = message.logLevel !== error && message.messageId !== 'ae-undocumented'
    },
  })
  return !(check && result.apiReportChanged)
}
