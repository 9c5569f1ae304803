import type { Container, Pod } from 'kubernetes-types/core/v1.js';
import { describe, expect, it } from 'vitest';
import { Objects } from '../../objects/objects.ts';
import { configMaps, pods, secrets, services } from '../../objects/resources.ts';
import { containerEnvironment } from './environment.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

async function environmentOf(container: Partial<Container>, spec: object = {}) {
  const objects = new Objects();
  const namespace = 'shop';
  await objects.create(configMaps, {
    metadata: { namespace, name: 'settings' },
    data: { COLOUR: 'blue', 'log.level': 'debug' },
  });
  await objects.create(secrets, {
    metadata: { namespace, name: 'keys' },
    data: { TOKEN: base64('t0p') },
  });
  await objects.create(services, {
    metadata: { namespace, name: 'my-db' },
    spec: { clusterIP: '10.96.0.7', ports: [{ name: 'sql', port: 5432 }] },
  });
  const whole = { name: 'app', ...container };
  const pod = await objects.create<Pod>(pods, {
    metadata: { namespace, name: 'web', labels: { app: 'web' } },
    spec: { nodeName: 'berth', containers: [whole], ...spec },
  });
  const view = { pod, podIps: ['10.1.0.5'], hostIp: '10.0.0.1' };
  return containerEnvironment(objects, view, whole);
}

describe('containerEnvironment', () => {
  it('reads values from objects, fields and resources', async () => {
    const found = await environmentOf({
      resources: { limits: { cpu: '250m', memory: '64Mi' } },
      envFrom: [
        { configMapRef: { name: 'settings' } },
        { prefix: 'K_', secretRef: { name: 'keys' } },
      ],
      env: [
        { name: 'HELLO', value: '$(COLOUR) $(K_TOKEN) $(NONE)' },
        { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
        { name: 'APP', valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } },
        { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
        { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '1m' } } },
        {
          name: 'MIB',
          valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } },
        },
        { name: 'KEY', valueFrom: { secretKeyRef: { name: 'keys', key: 'TOKEN' } } },
        { name: 'MAYBE', valueFrom: { configMapKeyRef: { name: 'no', key: 'x', optional: true } } },
      ],
    });
    expect(Object.fromEntries(found)).toMatchObject({
      ...{ COLOUR: 'blue', 'log.level': 'debug', K_TOKEN: 't0p', HELLO: 'blue t0p $(NONE)' },
      ...{ IP: '10.1.0.5', APP: 'web', NODE: 'berth', CPU: '250', MIB: '64', KEY: 't0p' },
    });
    expect(found.has('MAYBE')).toBe(false);
  });

  it('has the addresses of Services, unless the pod turns them off', async () => {
    expect(Object.fromEntries(await environmentOf({}))).toEqual({
      ...{ MY_DB_SERVICE_HOST: '10.96.0.7', MY_DB_SERVICE_PORT: '5432' },
      ...{ MY_DB_SERVICE_PORT_SQL: '5432', MY_DB_PORT: 'tcp://10.96.0.7:5432' },
      ...{ MY_DB_PORT_5432_TCP: 'tcp://10.96.0.7:5432', MY_DB_PORT_5432_TCP_PROTO: 'tcp' },
      ...{ MY_DB_PORT_5432_TCP_PORT: '5432', MY_DB_PORT_5432_TCP_ADDR: '10.96.0.7' },
    });
    expect((await environmentOf({}, { enableServiceLinks: false })).size).toBe(0);
  });

  it.each([
    [
      { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'no', key: 'x' } } }] },
      'configmap "no" not found',
    ],
    [
      { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'x' } } }] },
      "couldn't find key x in ConfigMap shop/settings",
    ],
    [{ envFrom: [{ secretRef: { name: 'no' } }] }, 'secret "no" not found'],
  ])('says what is missing', async (container, message) => {
    await expect(environmentOf(container)).rejects.toMatchObject({
      reason: 'CreateContainerConfigError',
      message,
    });
  });
});
