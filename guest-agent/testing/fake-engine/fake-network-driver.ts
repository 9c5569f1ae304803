import { access, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { NetworkDriver } from '../../network/driver.ts';

/** Connects nothing: containers have their addresses only in their records. */
export const fakeNetworkDriver: NetworkDriver = {
  createNamespace: async (path) => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, '');
  },
  hasNamespace: (path) =>
    access(path).then(
      () => true,
      () => false,
    ),
  holdNamespace: async () => ({
    path: '/dev/null',
    isUnused: async () => true,
    close: async () => {},
  }),
  removeNamespace: (path) => rm(path, { force: true }),
  interfaces: async () => [],
  setup: async () => {},
  teardown: async () => {},
  markInternal: async () => {},
  limitTraffic: async () => {},
  redirectNames: async () => {},
  ownSubnet: async () => {},
  guardSubnet: async () => {},
  writeLinkNames: async () => {},
};
