import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { Arch } from 'electron-builder';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../electron/host/base/testing/temporary-directory.ts';
import configuration from './electron-builder.ts';

it('is a valid configuration of electron-builder', async () => {
  const path = createRequire(import.meta.url).resolve('app-builder-lib/scheme.json');
  const validate = new Ajv({ strict: false, allowUnionTypes: true }).compile(
    JSON.parse(await readFile(path, 'utf8')),
  );
  validate(configuration);
  expect(validate.errors ?? []).toEqual([]);
  validate({ ...configuration, electronFuses: { runAsNodes: false } });
  expect(validate.errors).not.toEqual([]);
});

it('prevents other code from running as the app', () => {
  expect(configuration.electronFuses).toMatchObject({
    runAsNode: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    onlyLoadAppFromAsar: true,
    enableEmbeddedAsarIntegrityValidation: true,
  });
});

it('packs the native code of the target alone', () => {
  const native = (platform: 'mac' | 'win' | 'linux') =>
    JSON.stringify(configuration[platform]?.files);
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: electron-builder replaces it.
  expect(native('mac')).toContain('prebuilds/darwin-${arch}/**');
  expect(native('win')).toContain('prebuilds/win32-${arch}/**');
  expect(native('linux')).toContain('dist/package/pty/linux-${arch}');
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: same
  expect(JSON.stringify(configuration.files)).not.toContain('prebuilds');
  // Rebuilding would need a compiler, and would build for the machine that packs.
  expect(configuration.npmRebuild).toBe(false);
});

it('makes node-pty’s helper executable on macOS', async () => {
  const resources = await temporaryDirectory();
  const directory = 'app.asar.unpacked/node_modules/node-pty/prebuilds/darwin-arm64';
  await mkdir(join(resources, directory), { recursive: true });
  const helper = join(resources, directory, 'spawn-helper');
  await writeFile(helper, '', { mode: 0o644 });
  const { afterPack } = configuration;
  if (typeof afterPack !== 'function') throw new Error('afterPack is missing');
  const context = { electronPlatformName: 'darwin', arch: Arch.arm64, appOutDir: resources };
  const packager = { getResourcesDir: (folder: string) => folder };
  await Reflect.apply(afterPack, undefined, [{ ...context, packager }]);
  expect((await stat(helper)).mode & 0o777).toBe(0o755);
});

it('tells macOS users why it asks for access', () => {
  expect(configuration.mac?.extendInfo).toMatchObject({
    NSLocalNetworkUsageDescription: expect.stringContaining('local network'),
    NSBonjourServices: ['_berth._tcp'],
    NSDocumentsFolderUsageDescription: expect.stringContaining('mount'),
  });
});

it('allows the hypervisors and the JavaScript engine on macOS', async () => {
  const text = await readFile(join(import.meta.dirname, 'entitlements.mac.plist'), 'utf8');
  for (const key of ['cs.allow-jit', 'hypervisor', 'virtualization']) {
    expect(text).toMatch(new RegExp(`<key>com.apple.security.${key}</key>\\s*<true/>`));
  }
});
