import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { events, services } from '../../objects/resources.ts';
import { StandInHost } from '../testing/stand-in-host.ts';
import {
  createService,
  eventually,
  inDefault,
  noLog,
  testObjects,
} from '../testing/stored-objects.ts';
import { LocalPorts } from './local-ports.ts';
import { startServicePorts } from './service-ports.ts';

type Host = ConstructorParameters<typeof LocalPorts>[0];

async function start(host: Host) {
  const objects = await testObjects();
  const stack = new DisposableStack();
  onTestFinished(() => stack.dispose());
  const local = stack.use(new LocalPorts(host, noLog));
  stack.use(startServicePorts(objects, local, noLog));
  const statusOf = (name: string) =>
    objects.get(services, inDefault(name))?.status?.loadBalancer?.ingress;
  return { objects, statusOf, warnings: () => objects.list(events).map(({ message }) => message) };
}

test('a LoadBalancer and its node port are open on localhost while the Service exists', async () => {
  const host = new StandInHost();
  const { objects, statusOf } = await start(host);
  await createService(objects, 'web', {
    ...{ type: 'LoadBalancer', clusterIP: '10.96.1.1' },
    ports: [{ port: 8080, nodePort: 30_080, protocol: 'TCP' }],
  });
  await createService(objects, 'inner', { clusterIP: '10.96.1.2', ports: [{ port: 81 }] });
  await eventually(() => expect(statusOf('web')).toEqual([{ hostname: 'localhost' }]));
  expect(host.asked).toEqual([
    {
      ...{ name: 'service default/web', protocol: 'tcp', hostIp: '127.0.0.1', hostPort: 30_080 },
      target: { host: '127.0.0.1', port: 30_080 },
    },
    {
      ...{ name: 'service default/web', protocol: 'tcp', hostIp: '127.0.0.1', hostPort: 8080 },
      target: { host: '10.96.1.1', port: 8080 },
    },
  ]);
  await objects.remove(services, inDefault('web'));
  await eventually(() => expect(host.asked).toEqual([]));
});

test('a port that is taken is an event of the Service, which stays pending', async () => {
  const { objects, statusOf, warnings } = await start(new StandInHost(8080));
  const spec = {
    ...{ type: 'LoadBalancer', clusterIP: '10.96.1.1' },
    ports: [{ port: 8080, protocol: 'TCP' }],
  };
  await createService(objects, 'web', spec);
  await eventually(() =>
    expect(warnings()).toEqual([
      "Can't open tcp port 8080 of localhost: nginx (pid 812) already uses it.",
    ]),
  );
  expect(statusOf('web')).toBeUndefined();
});

test('the first of two Services gets a port', async () => {
  const { objects, statusOf, warnings } = await start(new StandInHost());
  const spec = { type: 'LoadBalancer', clusterIP: '10.96.1.1', ports: [{ port: 8080 }] };
  await createService(objects, 'one', spec);
  await createService(objects, 'two', spec);
  await eventually(() =>
    expect(warnings()).toEqual([
      "Can't open tcp port 8080 of localhost: service default/one already uses it.",
    ]),
  );
  expect(statusOf('two')).toBeUndefined();
  await objects.remove(services, inDefault('one'));
  await eventually(() => expect(statusOf('two')).toEqual([{ hostname: 'localhost' }]));
});

test('without a host, the ports are opened here', async () => {
  const { objects, statusOf, warnings } = await start({
    openLocal: () => {},
    localOutcomes: () => undefined,
    listenLocal: () => () => {},
  });
  const backend = createServer((socket) => socket.end('hello'));
  await once(backend.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void backend.close());
  const taken = createServer();
  await once(taken.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void taken.close());
  const address = taken.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  await createService(objects, 'taken', {
    ...{ type: 'LoadBalancer', clusterIP: '127.0.0.1' },
    ports: [{ port: port, targetPort: port }],
  });
  await createService(objects, 'clash', {
    ...{ type: 'LoadBalancer', clusterIP: '127.1.1.1' },
    ports: [{ port: port, targetPort: port }],
  });
  // The first one's target is the open port itself.
  await eventually(() => expect(statusOf('taken')).toEqual([{ hostname: 'localhost' }]));
  await objects.remove(services, inDefault('taken'));
  await eventually(() =>
    expect(warnings()).toContain(
      `Can't open tcp port ${port} of localhost: another program already uses it.`,
    ),
  );
});
