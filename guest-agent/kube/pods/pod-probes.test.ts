import { expect, it } from 'vitest';
import { isReady, podTest } from './testing/pod-test.ts';

const app = { name: 'app', image: 'busybox', imagePullPolicy: 'Never' };
const exec = (command: string) => ({ exec: { command: [command] }, periodSeconds: 1 });

it('is ready once its readiness probe succeeds, and no longer than that', async () => {
  const { create, until, fake, reasons } = await podTest();
  let isGood = false;
  fake.program('is-ready', ({ write }) => {
    if (!isGood) write('stdout', 'not yet');
    return isGood ? 0 : 1;
  });
  const readinessProbe = { ...exec('is-ready'), failureThreshold: 1 };
  await create('web', { containers: [{ ...app, readinessProbe }] });
  await expect
    .poll(() => reasons('web'), { timeout: 30_000 })
    .toContain('Unhealthy: Readiness probe failed: not yet');
  isGood = true;
  await until('web', isReady);
  isGood = false;
  const pod = await until('web', (each) => !isReady(each));
  expect(pod.status?.containerStatuses?.[0]).toMatchObject({ ready: false, restartCount: 0 });
});

it('restarts a container whose liveness probe fails, after its preStop hook', async () => {
  const { create, until, fake, reasons } = await podTest();
  let isAlive = true;
  const hooks: string[] = [];
  fake.program('is-alive', () => (isAlive ? 0 : 1));
  fake.program('hook', ({ argv }) => {
    hooks.push(argv[1] ?? '');
    isAlive = true;
    return 0;
  });
  const hook = (name: string) => ({ exec: { command: ['hook', name] } });
  const livenessProbe = {
    ...exec('is-alive'),
    failureThreshold: 1,
    terminationGracePeriodSeconds: 1,
  };
  const lifecycle = { postStart: hook('postStart'), preStop: hook('preStop') };
  await create('web', { containers: [{ ...app, livenessProbe, lifecycle }] });
  await until('web', isReady);
  isAlive = false;
  await until(
    'web',
    (pod) => isReady(pod) && pod.status?.containerStatuses?.[0]?.restartCount === 1,
  );
  expect(hooks).toEqual(['postStart', 'preStop', 'postStart']);
  expect(reasons('web')).toContain(
    'Killing: Container app failed liveness probe, will be restarted',
  );
});

it('begins the other probes once the startup probe succeeds', async () => {
  const { create, until, fake, get } = await podTest();
  let hasStarted = false;
  let liveness = 0;
  fake.program('has-started', () => (hasStarted ? 0 : 1));
  fake.program('is-alive', () => {
    liveness += 1;
    return 0;
  });
  const probes = {
    startupProbe: { ...exec('has-started'), failureThreshold: 1000 },
    livenessProbe: exec('is-alive'),
  };
  await create('web', { containers: [{ ...app, ...probes }] });
  await until('web', ({ status }) => status?.containerStatuses?.[0]?.state?.running !== undefined);
  expect(get('web')?.status?.containerStatuses?.[0]).toMatchObject({
    started: false,
    ready: false,
  });
  expect(liveness).toBe(0);
  hasStarted = true;
  await until('web', isReady);
  await expect.poll(() => liveness, { timeout: 30_000 }).toBeGreaterThan(0);
});

it('stops a container whose postStart hook fails', async () => {
  const { create, until, fake, reasons } = await podTest();
  fake.program('hook', () => 1);
  const lifecycle = { postStart: { exec: { command: ['hook'] } } };
  await create('web', { containers: [{ ...app, lifecycle }], terminationGracePeriodSeconds: 0 });
  await until('web', ({ status }) => (status?.containerStatuses?.[0]?.restartCount ?? 0) > 0);
  expect(reasons('web').some((text) => text.startsWith('FailedPostStartHook'))).toBe(true);
});
