import { dirname } from 'node:path';
import type { Configuration } from 'electron-builder';
import { buildTestApp, testBuild } from '../../test/electron/app-build/build.ts';
import { runProgram } from '../../vm-image/run-program.ts';

/**
 * The configuration for a package with the Electron at `program`, which may be too old for the app:
 * the app comes in the form that tests use. Without a program, the configuration is unchanged.
 */
export async function testElectron(
  configuration: Configuration,
  program: string | undefined,
): Promise<Configuration> {
  if (!program) return configuration;
  console.log(`package: only for tests, with ${program}`);
  await buildTestApp();
  const version = await runProgram(program, ['-p', 'process.versions.electron'], {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
  });
  const { grantFileProtocolExtraPrivileges: _, ...electronFuses } =
    configuration.electronFuses ?? {};
  const { files } = configuration;
  return {
    ...configuration,
    electronDist: dirname(program),
    electronVersion: String(version).trim(),
    // Electron 25 doesn't know the newest fuse. Playwright drives the app through its inspector, which
    // users' packages don't have.
    electronFuses: { ...electronFuses, enableNodeCliInspectArguments: true },
    files: [
      ...(Array.isArray(files) ? files : []),
      `${folder}/**`,
      `!${folder}/**/*.{map,ts}`,
      '!dist/{main.mjs,renderer}/**',
    ],
    extraMetadata: { main: `${folder}/main.cjs` },
  };
}

const folder = `dist/${testBuild.split(/[\\/]/).at(-1)}`;
