import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { expect, it, onTestFinished } from 'vitest';
import { nodeDigestsPath, readNodeDigests } from './node-digests.ts';

const verifyNode = (...words: string[]) =>
  promisify(execFile)(process.execPath, [join(import.meta.dirname, 'verify-node.ts'), ...words]);

it('compares the installed Node', async () => {
  const { stdout } = await verifyNode();
  expect(stdout).toMatch(/^verify-node: node-\S+ is as recorded$/m);
});

it('fails, and names each file, when nodejs.org publishes another Node', async () => {
  const tar = pack();
  tar.entry({ name: 'node/bin/node' }, 'another Node');
  tar.finalize();
  const archive = gzipSync(await buffer(tar));
  const sum = createHash('sha256').update(archive).digest('hex');
  const records = Object.entries(await readNodeDigests());
  const sums = records.map(([, { published }]) => `${sum}  ${published}\n`).join('');
  const server = createServer(({ url = '' }, response) => {
    response.end(url.endsWith('/SHASUMS256.txt') ? sums : archive);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const mirror = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const before = await readFile(nodeDigestsPath, 'utf8');

  const failure = await verifyNode('--published', '--mirror', mirror).then(
    () => undefined,
    (error: { code: number; stderr: string; stdout: string }) => error,
  );
  expect(failure?.code).toBe(1);
  for (const [name, { sha256 }] of records) {
    expect(failure?.stderr).toContain(`${name}: sha256 is ${sha256} here, `);
  }
  expect(failure?.stdout).toContain(`${mirror}/v24.21.0/SHASUMS256.txt.sig`);
  expect(await readFile(nodeDigestsPath, 'utf8')).toBe(before);
});
