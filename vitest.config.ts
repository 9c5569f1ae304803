import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { mockingFiles } from './test/mocking-files.ts';
import { leftOut } from './test/win32/left-out.ts';

/** Tests of pages wait most of the time. Vitest's default is a single worker on two processors. */
const maxWorkers = Math.max(2, availableParallelism() - 1);

const unit = {
  // Real processes are among them, on machines that may be busy. Wine starts them slowly.
  testTimeout: process.platform === 'win32' ? 120_000 : 60_000,
};

const notUnit = [
  ...['**/node_modules/**', '**/*.integration.test.ts'],
  ...(process.platform === 'win32' ? Object.values(leftOut).flat() : []),
  ...(process.env.BERTH_TEST_EXCLUDE ?? '').split(',').filter(Boolean),
];

/** Tests of the engine that need no VM. */
const engine = {
  include: ['test/engine/*.test.ts'],
  testTimeout: 180_000,
  hookTimeout: 300_000,
  fileParallelism: false,
};

/**
 * unit: beside the code, no VM, seconds. unit-isolated: the unit tests of pages, and those that replace
 * modules. integration: real local programs (a registry, EROFS tools), no VM. electron: the app itself,
 * where there is an Electron to run it. packed: the app's package. engine, devcontainers, kubernetes: with an engine on this host, no VM. engine-in-vm: the
 * same tests as engine, in a VM. e2e and ui: one real VM for
 * the whole run. uefi and arm64: a VM with other hardware. win32: Windows programs under wine, with a
 * VM of their own.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...unit,
          name: 'unit',
          // One process runs many files, and Node itself reads the sources: loading them for each file
          // takes longer than the tests.
          isolate: false,
          experimental: { viteModuleRunner: false },
          include: [
            '{electron,guest-agent,vm-image,build}/**/*.test.ts',
            'test/*.test.ts',
            'test/{bench,conformance,fuzz}/**/*.test.ts',
          ],
          exclude: [...notUnit, ...mockingFiles()],
        },
      },
      {
        test: {
          ...unit,
          name: 'unit-isolated',
          include: ['renderer/**/*.test.{ts,tsx}', ...mockingFiles()],
          exclude: notUnit,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['{electron,guest-agent,vm-image,build,test}/**/*.integration.test.ts'],
          globalSetup: ['electron/web/testing/page.setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers,
          // A busy machine takes longer than a second to load a page or to start a program.
          expect: { poll: { timeout: 20_000 } },
        },
      },
      {
        test: {
          name: 'devcontainers',
          include: ['test/devcontainers/*.test.ts'],
          globalSetup: ['test/devcontainers/engine.setup.ts'],
          testTimeout: 180_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'kubernetes',
          include: ['test/kubernetes/*.test.ts'],
          globalSetup: ['test/devcontainers/engine.setup.ts'],
          testTimeout: 180_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: { ...engine, name: 'engine', globalSetup: ['test/engine/native.setup.ts'] },
      },
      {
        test: { ...engine, name: 'engine-in-vm', globalSetup: ['test/e2e/machine.setup.ts'] },
      },
      {
        test: {
          name: 'uefi',
          include: ['test/uefi/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'arm64',
          include: ['test/arm64/*.test.ts'],
          // Another architecture is emulated.
          testTimeout: 900_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/e2e/machine.setup.ts'],
          testTimeout: 180_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'win32',
          include: ['test/win32/**/*.test.ts'],
          testTimeout: 180_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'electron',
          include: ['test/electron/*.test.ts'],
          globalSetup: ['test/electron/app-build.setup.ts', 'test/electron/display.setup.ts'],
          testTimeout: 180_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'packed',
          include: ['test/electron/packed/*.test.ts'],
          globalSetup: ['test/electron/packed/package.setup.ts', 'test/electron/display.setup.ts'],
          testTimeout: 180_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'ui',
          include: ['test/ui/**/*.test.ts'],
          globalSetup: ['test/e2e/machine.setup.ts', 'electron/web/testing/page.setup.ts'],
          testTimeout: 180_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
