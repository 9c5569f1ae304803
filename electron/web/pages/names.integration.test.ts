import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { endpointSchema } from '../../host/engine/container-schemas.ts';
import { listContainers } from '../../host/engine/containers.ts';
import { freePort } from '../../host/ports/free-port.ts';
import { StandInEngine } from '../../host/screen/testing/stand-in-engine.ts';
import { bridgeTo, startTestGuest } from '../../host/supervisor/bridge/testing/guest.ts';
import { serveDomains } from '../../host/supervisor/domains/serve-domains.ts';
import { keepPicture } from '../testing/browser.ts';
import { openPage } from '../testing/open-page.ts';

const open = openPage(StandInEngine);

/** A web server in a container `web` that publishes nothing; the browser reaches it by its name. */
async function serveContainer() {
  const inside = createServer((request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(`<title>Shop</title><h1>Welcome to ${request.headers.host}</h1>`);
  });
  await once(inside.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void inside.close());
  const { engine, host, machine } = open;
  const id = engine.addContainer({ image: 'registry.example.org/shop/web:2.4', name: 'web' });
  engine.startContainer(id);
  const port = await freePort();
  const domains = serveDomains({
    ...{ bridge: await bridgeTo(await startTestGuest()), engine: host.engine, ports: [port] },
    setting: async () => 'localhost',
    onChange: (domains) => machine.set({ domains }),
  });
  onTestFinished(() => domains.close());
  const Ports = [{ PrivatePort: (inside.address() as AddressInfo).port, Type: 'tcp' }];
  const bridge = endpointSchema.parse({ IPAddress: '127.0.0.1' });
  const NetworkSettings = { Networks: { bridge } };
  const containers = await listContainers(host.engine);
  await domains.apply(
    containers.map((container) => ({ ...container, Ports, NetworkSettings })),
    new Set(),
  );
  return { id, port };
}

it('opens a container by its name, and tells of names that nobody has', async () => {
  const { id, port } = await serveContainer();
  const { page } = open;
  await open.visit(`/containers/${id}/logs`);
  const link = page.getByRole('link', { name: `web.berth.localhost:${port}` });
  await link.waitFor();
  await keepPicture(page, 'container-name');
  const opening = page.waitForEvent('popup');
  await link.click();
  const shop = await opening;
  await shop.getByRole('heading', { name: `Welcome to web.berth.localhost:${port}` }).waitFor();

  await shop.goto(`http://shop.berth.localhost:${port}/`);
  await shop.getByRole('heading', { name: 'No container named shop' }).waitFor();
  await keepPicture(shop, 'container-name-unknown');
  await shop.getByRole('link', { name: `http://web.berth.localhost:${port}` }).click();
  await shop.getByRole('heading', { name: 'Welcome to' }).waitFor();
  expect(open.complaints).toEqual([]);
});
