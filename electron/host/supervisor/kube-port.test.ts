import { stat } from 'node:fs/promises';
import { createServer as createPlain } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryDirectory } from '../base/testing/temporary-directory.ts';
import { createKubeAccess, readKubeAccess, writeKubeAccess } from '../home/kube-access.ts';
import { serveKubePort } from './kube-port.ts';

test('kubectl reaches the API only with the client certificate, at the same port each time', async () => {
  const api = createPlain((_, response) => response.end('answered'));
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  const { port: apiPort } = api.address() as AddressInfo;
  const directory = await temporaryDirectory();
  const paths = { directory, kubeAccess: join(directory, 'kube-access.json') };
  const ending = new AbortController();
  onTestFinished(() => {
    ending.abort();
    api.close();
  });
  await writeKubeAccess(paths, await createKubeAccess());
  await serveKubePort(paths, async () => connect(apiPort, '127.0.0.1'), ending.signal);
  const access = await readKubeAccess(paths);
  const port = access?.port ?? 0;
  expect(port).toBeGreaterThan(0);
  expect((await stat(paths.kubeAccess)).mode & 0o077).toBe(0);

  const ask = (identity: object) =>
    new Promise<string>((resolve, reject) => {
      const options = {
        host: '127.0.0.1',
        port,
        ca: access?.certificate,
        agent: false,
        ...identity,
      };
      request(options, (response) => text(response).then(resolve, reject))
        .on('error', reject)
        .end();
    });
  expect(await ask({ cert: access?.clientCertificate, key: access?.clientKey })).toBe('answered');
  await expect(ask({})).rejects.toThrow();
});
