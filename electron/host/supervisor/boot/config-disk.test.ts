import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { guestConfigSchema } from '../../../../guest-agent/contract/config.ts';
import { ownerOnly } from '../../../../guest-agent/testing/on-windows.ts';
import { temporaryDirectory } from '../../base/testing/temporary-directory.ts';
import { encodeConfigDisk, writeConfigDisk } from './config-disk.ts';

const config = {
  version: 1 as const,
  hostname: 'berth-default',
  ssh: { authorizedKeys: ['ssh-ed25519 AAAA'], hostKey: '-----BEGIN\nx\n-----END\n' },
  registries: { insecure: ['10.0.2.2:5000'] },
};

test('the guest reads back what the host wrote, once the NUL bytes are cut off', async () => {
  const path = join(await temporaryDirectory(), 'config.img');
  await writeConfigDisk(path, config);
  const text = (await readFile(path, 'utf8')).replaceAll('\0', '');
  expect(guestConfigSchema.parse(JSON.parse(text))).toEqual(guestConfigSchema.parse(config));
  expect((await stat(path)).mode & 0o777).toBe(ownerOnly);
});

test('the disk is whole blocks, also for long documents', () => {
  const short = encodeConfigDisk(config).length;
  const insecure = Array.from({ length: 9000 }, (_, index) => `registry-${index}`);
  const long = encodeConfigDisk({ ...config, registries: { insecure } }).length;
  expect(short % 65_536).toBe(0);
  expect(long % 65_536).toBe(0);
  expect(long).toBeGreaterThan(short);
});

test('a document that the guest would not understand is not written', () => {
  expect(() => encodeConfigDisk({ ...config, hostname: 'not a host name' })).toThrow();
});
