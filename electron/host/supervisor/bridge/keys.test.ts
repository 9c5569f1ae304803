import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ownerOnly } from '../../../../guest-agent/testing/on-windows.ts';
import { temporaryDirectory } from '../../base/testing/temporary-directory.ts';
import { ensureKeys, publicKeyBlob } from './keys.ts';

async function files() {
  const directory = await temporaryDirectory();
  return { clientKey: join(directory, 'client'), guestHostKey: join(directory, 'guest') };
}

test('keys are made once, owner-only, and differ from each other', async () => {
  const paths = await files();
  const first = await ensureKeys(paths);
  expect(await ensureKeys(paths)).toEqual(first);
  expect(first.client.publicKey).toMatch(/^ssh-ed25519 [A-Za-z0-9+/=]+$/);
  expect(first.client.privateKey).toContain('BEGIN OPENSSH PRIVATE KEY');
  expect(first.client.publicKey).not.toBe(first.guestHost.publicKey);
  for (const path of Object.values(paths)) expect((await stat(path)).mode & 0o777).toBe(ownerOnly);
});

test('a broken key is reported, not replaced', async () => {
  const paths = await files();
  await writeFile(paths.clientKey, 'not a key');
  await expect(ensureKeys(paths)).rejects.toMatchObject({
    code: 'internal',
    message: expect.stringContaining(paths.clientKey),
  });
});

test('the binary form is that of RFC 4253', async () => {
  const { client } = await ensureKeys(await files());
  const blob = publicKeyBlob(client.publicKey);
  expect(blob.subarray(4, 15).toString()).toBe('ssh-ed25519');
});

test('a key that ssh2 has spoiled is thrown away', async () => {
  const generate = vi.spyOn(ssh2.utils, 'generateKeyPairSync');
  onTestFinished(() => generate.mockRestore());
  generate.mockReturnValueOnce({ private: 'a key that nobody can read', public: '' });
  const { client } = await ensureKeys(await files());
  expect(publicKeyBlob(client.publicKey)).toHaveLength(51);
});
