import { expect, it, onTestFinished } from 'vitest';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import { isReady, podTest } from './testing/pod-test.ts';

it('runs a plain pod from its creation to its removal', async () => {
  const { create, until, remove, gone, names, reasons, fake } = await podTest();
  await create('web', {
    containers: [{ name: 'app', image: 'busybox', imagePullPolicy: 'Never' }],
  });
  const pod = await until('web', isReady);
  expect(pod.status).toMatchObject({
    ...{ phase: 'Running', qosClass: 'BestEffort', podIP: expect.stringMatching(/^\d+\./) },
    containerStatuses: [
      {
        ...{ name: 'app', ready: true, started: true, restartCount: 0, image: 'busybox' },
        state: { running: { startedAt: expect.any(String) } },
      },
    ],
  });
  expect(names().sort()).toEqual(['k8s_POD_web_default', 'k8s_app_web_default']);
  expect(fake.engine.containers.get('k8s_app_web_default').record.config.Hostname).toBe('web');
  await remove('web', 1);
  await gone('web');
  expect(names()).toEqual([]);
  expect(reasons('web').map((text) => text.split(':')[0])).toEqual([
    ...['Pulled', 'Created', 'Started', 'Killing'],
  ]);
});

it('mounts a subPath as a part of its volume, so that it cannot lead out of the volume', async () => {
  const { create, until, fake } = await podTest();
  const directory = await temporaryDirectory();
  onTestFinished(() => directory[Symbol.asyncDispose]());
  await create('web', {
    containers: [
      {
        ...{ name: 'app', image: 'busybox', imagePullPolicy: 'Never' },
        volumeMounts: [
          { name: 'shared', mountPath: '/data', subPath: 'a/b' },
          { name: 'vm', mountPath: '/vm', subPath: 'c' },
          { name: 'vm', mountPath: '/whole' },
        ],
      },
    ],
    volumes: [
      { name: 'shared', emptyDir: {} },
      { name: 'vm', hostPath: { path: directory.path } },
    ],
  });
  await until('web', isReady);
  const { mounts } = fake.engine.containers.get('k8s_app_web_default').record;
  const at = (path: string) => mounts.find(({ destination }) => destination === path);
  expect(at('/data')).toMatchObject({
    ...{ source: expect.stringMatching(/\/shared$/), subpath: 'a/b' },
  });
  expect(at('/vm')).toMatchObject({ source: directory.path, subpath: 'c' });
  expect(at('/whole')).toMatchObject({ source: directory.path, subpath: '' });
});
