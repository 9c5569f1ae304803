import { expect, test } from 'vitest';
import {
  followDependencies,
  type ModuleInfo,
  moduleName,
  modulesFor,
  readModuleInfo,
} from './module-tree.ts';

const modules: Record<string, ModuleInfo> = {
  erofs: { depends: ['libcrc32c'], wants: [] },
  libcrc32c: { depends: ['crc32c_lib'], wants: ['crc32c_generic', 'crc32c_arm'] },
  crc32c_lib: { depends: [], wants: [] },
  crc32c_generic: { depends: [], wants: [] },
  ring_a: { depends: ['ring_b'], wants: [] },
  ring_b: { depends: ['ring_a'], wants: [] },
};

async function info(name: string, wantedOnly: boolean): Promise<ModuleInfo | undefined> {
  const module = modules[name];
  if (module || wantedOnly || name === 'virtio_pci') return module;
  throw new Error(`the kernel has no module ${name}`);
}

test('a module brings its dependencies, at any depth, and its optional ones', async () => {
  expect(await followDependencies(['erofs'], info)).toEqual([
    'crc32c_generic',
    'crc32c_lib',
    'erofs',
    'libcrc32c',
  ]);
});

test('built-in modules are skipped', async () => {
  expect(await followDependencies(['virtio-pci'], info)).toEqual([]);
});

test('circular dependencies are followed once', async () => {
  expect(await followDependencies(['ring_a'], info)).toEqual(['ring_a', 'ring_b']);
});

test('a module that the kernel doesn’t have is an error', async () => {
  await expect(followDependencies(['no-such'], info)).rejects.toThrow('no module no_such');
});

test('the module’s own section is read', () => {
  const module = Buffer.from(
    '\x7fELF\0license=GPL\0depends=netfs,9pnet-virtio\0softdep=pre: crc32c post: crc-t10dif\0vermagic=6\0',
  );
  expect(readModuleInfo(module)).toEqual({
    depends: ['netfs', '9pnet_virtio'],
    wants: ['crc32c', 'crc_t10dif'],
  });
});

test('a module without dependencies has an empty list', () => {
  expect(readModuleInfo(Buffer.from('\0depends=\0name=dummy\0'))).toEqual({
    depends: [],
    wants: [],
  });
});

test('file names give module names', () => {
  expect(moduleName('kernel/arch/x86/crypto/crc32c-intel.ko.xz')).toBe('crc32c_intel');
});

test('entries for another architecture are skipped', () => {
  expect(modulesFor('arm64', ['overlay', 'crc32c-intel [amd64]', 'rtc-pl031 [arm64]'])).toEqual([
    'overlay',
    'rtc-pl031',
  ]);
});
