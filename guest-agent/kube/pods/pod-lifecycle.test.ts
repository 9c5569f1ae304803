import { expect, it } from 'vitest';
import { nodes } from '../objects/resources.ts';
import { isReady, podTest } from './testing/pod-test.ts';

const image = 'busybox';
const app = { name: 'app', image, imagePullPolicy: 'Never' };
/** A busy host is slow. */
const PATIENCE = { timeout: 30_000 };
const shell = (name: string, script: string) => ({
  ...{ name, image, imagePullPolicy: 'Never', command: ['sh', '-c', script] },
});

it('runs init containers in order, and sidecars beside the others', async () => {
  const { create, until, fake, remove, gone, reasons } = await podTest();
  const order: string[] = [];
  fake.program('note', ({ argv }) => {
    order.push(argv[1] ?? '');
    return 0;
  });
  const note = (name: string) => ({ ...shell(name, ''), command: ['note', name] });
  await create('web', {
    initContainers: [note('one'), { ...app, name: 'helper', restartPolicy: 'Always' }, note('two')],
    containers: [app],
  });
  const pod = await until('web', isReady);
  expect(order).toEqual(['one', 'two']);
  expect(pod.status?.initContainerStatuses).toMatchObject([
    { name: 'one', state: { terminated: { exitCode: 0, reason: 'Completed' } } },
    { name: 'helper', ready: true, started: true, state: { running: {} } },
    { name: 'two', state: { terminated: { exitCode: 0 } } },
  ]);
  await remove('web', 1);
  await gone('web');
  const killing = reasons('web').filter((text) => text.startsWith('Killing'));
  // The sidecar ends last.
  expect(killing).toEqual([
    'Killing: Stopping container app',
    'Killing: Stopping container helper',
  ]);
});

it('succeeds or fails with its containers if it never restarts', async () => {
  const { create, until, names } = await podTest();
  const spec = { restartPolicy: 'Never' };
  await create('good', { ...spec, containers: [shell('app', 'exit 0')] });
  await create('bad', { ...spec, containers: [shell('app', 'exit 3')] });
  const init = [shell('setup', 'exit 5')];
  await create('stuck', { ...spec, initContainers: init, containers: [app] });
  await until('good', ({ status }) => status?.phase === 'Succeeded');
  const bad = await until('bad', ({ status }) => status?.phase === 'Failed');
  expect(bad.status?.containerStatuses?.[0]?.state?.terminated).toMatchObject({
    ...{ exitCode: 3, reason: 'Error' },
  });
  const stuck = await until('stuck', ({ status }) => status?.phase === 'Failed');
  expect(stuck.status?.containerStatuses?.[0]?.state).toEqual({
    waiting: { reason: 'PodInitializing' },
  });
  // What ended stays for its logs, but nothing holds the network.
  expect(names()).toContain('k8s_app_bad_default');
  await expect.poll(() => names().filter((name) => name.includes('POD'))).toEqual([]);
});

it('restarts a container that crashes, and then waits', async () => {
  const { create, until, reasons } = await podTest();
  await create('loop', { containers: [shell('app', 'exit 7')] });
  const pod = await until(
    'loop',
    ({ status }) => status?.containerStatuses?.[0]?.state?.waiting?.reason === 'CrashLoopBackOff',
  );
  expect(pod.status?.containerStatuses?.[0]).toMatchObject({
    ...{ restartCount: 1, ready: false, lastState: { terminated: { exitCode: 7 } } },
    state: { waiting: { message: expect.stringMatching(/^back-off 10s restarting failed/) } },
  });
  expect(pod.status?.phase).toBe('Running');
  expect(reasons('loop').some((text) => text.startsWith('BackOff: Back-off restarting'))).toBe(
    true,
  );
});

it('says why an image can’t be pulled', async () => {
  const { create, until, fake } = await podTest();
  await create('pull', { containers: [{ name: 'app', image: `${fake.registryHost}/none:1` }] });
  await create('never', { containers: [{ ...app, image: 'none:1' }] });
  await create('name', { containers: [{ name: 'app', image: 'NOT/a name' }] });
  const reasonOf = (name: string, wanted: string) =>
    until(name, ({ status }) => status?.containerStatuses?.[0]?.state?.waiting?.reason === wanted);
  await reasonOf('pull', 'ErrImagePull');
  await reasonOf('pull', 'ImagePullBackOff');
  await reasonOf('never', 'ErrImageNeverPull');
  await reasonOf('name', 'InvalidImageName');
});

it('pulls an image that is missing', async () => {
  const { create, until, fake, reasons } = await podTest();
  const name = `${fake.registryHost}/library/tool:1`;
  fake.offerImage('tool:1');
  await create('pull', { containers: [{ name: 'app', image: name }] });
  const { status } = await until('pull', isReady);
  expect(status?.containerStatuses?.[0]?.imageID).toMatch(/\/library\/tool@sha256:/);
  expect(reasons('pull').slice(0, 2)).toEqual([
    `Pulling: Pulling image "${name}"`,
    expect.stringMatching(/^Pulled: Successfully pulled image/),
  ]);
});

it('waits for a ConfigMap that comes later', async () => {
  const { create, until, objects } = await podTest();
  const { configMaps } = await import('../objects/resources.ts');
  const env = [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'late', key: 'a' } } }];
  await create('web', { containers: [{ ...app, env }] });
  const waiting = await until(
    'web',
    ({ status }) =>
      status?.containerStatuses?.[0]?.state?.waiting?.reason === 'CreateContainerConfigError',
  );
  expect(waiting.status?.containerStatuses?.[0]?.state?.waiting?.message).toBe(
    'configmap "late" not found',
  );
  await objects.create(configMaps, {
    metadata: { namespace: 'default', name: 'late' },
    data: { a: '1' },
  });
  await until('web', isReady);
});

it('brings back containers that a user removes, with a new network if need be', async () => {
  const { create, until, fake, reasons } = await podTest();
  const { removeContainer } = await import('../../engine/containers/lifecycle/remove.ts');
  await create('web', { containers: [app], terminationGracePeriodSeconds: 0 });
  await until('web', isReady);
  const { engine } = fake;
  await removeContainer(engine, engine.containers.get('k8s_app_web_default'), { force: true });
  await until(
    'web',
    (pod) => isReady(pod) && pod.status?.containerStatuses?.[0]?.restartCount === 1,
  );
  const network = engine.containers.get('k8s_POD_web_default');
  await removeContainer(engine, network, { force: true });
  await until(
    'web',
    (pod) => isReady(pod) && pod.status?.containerStatuses?.[0]?.restartCount === 2,
  );
  expect(engine.containers.get('k8s_POD_web_default').id).not.toBe(network.id);
  expect(reasons('web').some((text) => text.startsWith('SandboxChanged'))).toBe(true);
});

it('takes over running containers after a restart of the agent', async () => {
  const { create, until, fake, restart, remove, gone, names, get } = await podTest();
  await create('web', { initContainers: [shell('setup', 'exit 0')], containers: [app] });
  await create('other', { containers: [app] });
  await until('web', isReady);
  await until('other', isReady);
  const { id } = fake.engine.containers.get('k8s_app_web_default');
  restart();
  await until('web', isReady);
  expect(fake.engine.containers.get('k8s_app_web_default').id).toBe(id);
  expect(get('web')?.status?.containerStatuses?.[0]?.restartCount).toBe(0);
  // It still follows what happens to them.
  fake.processOf('k8s_app_web_default').exit(1);
  await until(
    'web',
    (pod) => isReady(pod) && pod.status?.containerStatuses?.[0]?.restartCount === 1,
  );
  await remove('web', 1);
  await gone('web');
  expect(names().filter((name) => name.includes('_web_'))).toEqual([]);
});

it('removes the containers of pods that are gone since the last run of the agent', async () => {
  const { create, until, objects, runner, restart, names } = await podTest();
  const { pods } = await import('../objects/resources.ts');
  await create('web', { containers: [app] });
  await until('web', isReady);
  runner.close();
  await objects.remove(pods, { namespace: 'default', name: 'web' });
  restart();
  await expect.poll(names, { timeout: 30_000 }).toEqual([]);
});

it('kills the containers of a pod whose object is gone', async () => {
  const { create, until, remove, names } = await podTest();
  await create('web', { containers: [app] });
  await until('web', isReady);
  await remove('web', 0);
  await expect.poll(names, { timeout: 30_000 }).toEqual([]);
});

it('runs a new pod of the same name once the old one is gone', async () => {
  const { create, until, objects, names } = await podTest();
  const { pods } = await import('../objects/resources.ts');
  await create('web', { containers: [app] });
  const first = await until('web', isReady);
  await objects.remove(pods, { namespace: 'default', name: 'web' });
  await create('web', { containers: [{ ...app, name: 'other' }] });
  const second = await until('web', isReady);
  expect(second.metadata.uid).not.toBe(first.metadata.uid);
  expect(names().sort()).toEqual(['k8s_POD_web_default', 'k8s_other_web_default']);
});

it('ends a pod at its deadline', async () => {
  const { create, until } = await podTest();
  await create('web', {
    ...{ containers: [app], activeDeadlineSeconds: 1, terminationGracePeriodSeconds: 0 },
  });
  const { status } = await until('web', (pod) => pod.status?.phase === 'Failed');
  expect(status).toMatchObject({ reason: 'DeadlineExceeded' });
});

it('keeps a deleted pod until its finalizers are gone', async () => {
  const { create, until, objects, remove, gone, names, get } = await podTest();
  const { pods } = await import('../objects/resources.ts');
  await create('web', { containers: [app] }, { finalizers: ['example.com/wait'] });
  await until('web', isReady);
  await remove('web', 0);
  await expect.poll(names, { timeout: 30_000 }).toEqual([]);
  expect(get('web')?.metadata.deletionTimestamp).toBeDefined();
  await objects.change(pods, { namespace: 'default', name: 'web' }, (pod) => ({
    ...pod,
    metadata: { ...pod.metadata, finalizers: [] },
  }));
  await gone('web');
});

it('runs a container again with another image', async () => {
  const { create, until, objects, fake, reasons } = await podTest(['busybox', 'newer']);
  const { pods } = await import('../objects/resources.ts');
  await create('web', { containers: [app], terminationGracePeriodSeconds: 0 });
  await until('web', isReady);
  await objects.change(pods, { namespace: 'default', name: 'web' }, (pod) => ({
    ...pod,
    spec: { ...pod.spec, containers: [{ ...app, image: 'newer' }] },
  }));
  await until(
    'web',
    (pod) => isReady(pod) && pod.status?.containerStatuses?.[0]?.restartCount === 1,
  );
  expect(fake.engine.containers.get('k8s_app_web_default').record.config.Image).toBe('newer');
  expect(reasons('web')).toContain('Killing: Container app definition changed, will be restarted');
});

it('lets a pod wait while the node has as many pods as it can run', async () => {
  const { create, until, remove, gone, names, reasons, objects } = await podTest();
  await objects.create(nodes, {
    metadata: { name: 'berth' },
    status: { allocatable: { pods: '1' } },
  });
  const spec = { containers: [app] };
  await create('one', spec);
  await until('one', isReady);
  await create('two', spec);
  await create('three', spec);
  const message = '0/1 nodes are available: 1 Too many pods.';
  for (const name of ['two', 'three']) {
    const { status } = await until(name, (pod) => pod.status?.conditions !== undefined);
    expect(status?.phase).toBe('Pending');
    expect(status?.conditions).toContainEqual(
      expect.objectContaining({ ...{ type: 'PodScheduled', status: 'False' }, message }),
    );
  }
  await expect.poll(() => reasons('two'), PATIENCE).toEqual([`FailedScheduling: ${message}`]);
  // One that waits can go, and the next one gets the place.
  await remove('two', 0);
  await gone('two');
  expect(names().sort()).toEqual(['k8s_POD_one_default', 'k8s_app_one_default']);
  await remove('one', 0);
  await until('three', isReady);
});
