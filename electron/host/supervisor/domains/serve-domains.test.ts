import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test, vi } from 'vitest';
import { onWindows } from '../../../../guest-agent/testing/on-windows.ts';
import type { Domains } from '../../../api/domains.ts';
import type { Settings } from '../../../api/settings.ts';
import { createEngineClient } from '../../engine/connection/http-client.ts';
import { containerSummarySchema } from '../../engine/container-schemas.ts';
import { startScriptedEngine } from '../../engine/testing/scripted-engine.ts';
import { freePort } from '../../ports/free-port.ts';
import { bridgeTo, startTestGuest } from '../bridge/testing/guest.ts';
import { serveDomains } from './serve-domains.ts';

const nothingTaken: ReadonlySet<number> = new Set();

/** A VM whose containers are all the same web server, and two ports for the proxy. */
async function start(containerNames: Settings['containerNames'] = 'localhost') {
  const inside = createServer((_, response) => response.end('inside'));
  await once(inside.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void inside.close());
  const engine = await startScriptedEngine();
  onTestFinished(() => engine[Symbol.asyncDispose]());
  engine.answer('GET /networks', (_, response) => void response.end('[]'));
  const ports = [await freePort(), await freePort()] as const;
  let setting = containerNames;
  let seen: Domains | undefined;
  const domains = serveDomains({
    ...{ bridge: await bridgeTo(await startTestGuest()), ports },
    engine: createEngineClient(engine.socketPath),
    setting: async () => setting,
    onChange: (now) => {
      seen = now;
    },
    publishing: (name) => [
      process.execPath,
      '-e',
      `console.log('registered and active: ${name}'); setTimeout(() => {}, 1e6)`,
    ],
  });
  onTestFinished(() => domains.close());
  const PrivatePort = (inside.address() as AddressInfo).port;
  return {
    ...{ domains, ports },
    seen: () => seen,
    choose(next: Settings['containerNames']) {
      setting = next;
    },
    container: (name: string) =>
      containerSummarySchema.parse({
        ...{ Id: `id-of-${name}`, Names: [`/${name}`], Image: 'i', ImageID: 'i', Command: '' },
        ...{ Created: 0, State: 'running', Status: 'Up', Ports: [{ PrivatePort, Type: 'tcp' }] },
        NetworkSettings: { Networks: { bridge: { IPAddress: '127.0.0.1' } } },
      }),
  };
}

async function ask(host: string, port: number): Promise<string> {
  const [response] = await once(
    request({ host: '127.0.0.1', port, headers: { host } }).end(),
    'response',
  );
  return text(response);
}

test('a container is found while it runs, and at its new name once it is renamed', async () => {
  const { domains, seen, container, ports } = await start();
  await domains.apply([container('web')], nothingTaken);
  expect(seen()).toEqual({
    port: ports[0],
    list: [
      {
        ...{ containerId: 'id-of-web', containerName: 'web' },
        urls: [`http://web.berth.localhost:${ports[0]}`],
      },
    ],
  });
  expect(await ask('web.berth.localhost', ports[0])).toBe('inside');
  await domains.apply([container('shop')], nothingTaken);
  expect(await ask('shop.berth.localhost', ports[0])).toBe('inside');
  expect(await ask('web.berth.localhost', ports[0])).toContain('No container named web');
  await domains.apply([], nothingTaken);
  expect(seen()).toBeUndefined();
  await expect(ask('shop.berth.localhost', ports[0])).rejects.toMatchObject({
    code: 'ECONNREFUSED',
  });
});

test('a port that a container publishes is its own', async () => {
  const { domains, seen, container, ports } = await start();
  const taken = new Set([ports[0]]);
  await domains.apply([container('web')], nothingTaken);
  await domains.makeWay(taken);
  await expect(ask('web.berth.localhost', ports[0])).rejects.toMatchObject({
    code: 'ECONNREFUSED',
  });
  await domains.apply([container('web')], taken);
  expect(seen()?.port).toBe(ports[1]);
  expect(await ask('web.berth.localhost', ports[1])).toBe('inside');
  await domains.apply([container('web')], nothingTaken);
  expect(seen()?.port).toBe(ports[1]);
});

test.skipIf(onWindows('Berth publishes no names in berth.local there'))(
  'the setting counts from the next look on',
  async () => {
    const { domains, seen, container, choose, ports } = await start('local');
    const firstUrl = () => seen()?.list[0]?.urls[0];
    await domains.apply([container('web')], nothingTaken);
    await vi.waitFor(() => expect(firstUrl()).toBe(`http://web.berth.local:${ports[0]}`));
    expect(await ask('web.berth.local', ports[0])).toBe('inside');
    choose('localhost');
    await domains.apply([container('web')], nothingTaken);
    expect(await ask('web.berth.local', ports[0])).toContain('Not a container address');
    expect(firstUrl()).toBe(`http://web.berth.localhost:${ports[0]}`);
    choose('off');
    await domains.apply([container('web')], nothingTaken);
    expect(seen()).toBeUndefined();
  },
);
