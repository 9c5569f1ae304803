import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ProjectEvent } from '../../../api/project-events.ts';
import { inspectContainer } from '../../engine/containers.ts';
import { ProjectEngine } from '../testing/project-engine.ts';
import { projectHost } from '../testing/project-host.ts';
import { projectOf } from '../testing/project-of.ts';
import type { ComposeHost } from './compose-host.ts';
import { LABELS } from './labels.ts';
import { createOneOff, type OneOff } from './one-off.ts';

let engine: ProjectEngine;
let host: ComposeHost;

beforeEach(async () => {
  engine = await ProjectEngine.start();
  host = projectHost(engine);
});

afterEach(() => engine.close());

const TEXT = 'services: {web: {image: busybox, cap_add: [NET_ADMIN], cap_drop: [CHOWN]}}';

async function create(
  ask: Partial<OneOff>,
  report: (event: ProjectEvent) => void = () => {},
  signal = new AbortController().signal,
) {
  const plain = { service: 'web', command: [], environment: {}, labels: {}, mounts: [], ports: [] };
  const modes = { interactive: false, tty: false, rm: false, servicePorts: false };
  const whole = { ...plain, ...modes, useAliases: false, capAdd: [], capDrop: [], ...ask };
  const options = { noDeps: true, removeOrphans: false, env: {} };
  return createOneOff(host, await projectOf(TEXT), whole, options, report, signal);
}

it('takes capabilities away and gives them, whatever the service has', async () => {
  const { id } = await create({ capAdd: ['CHOWN'], capDrop: ['NET_ADMIN'] });
  const { Config, HostConfig } = await inspectContainer(host.engine, id);
  expect(HostConfig).toMatchObject({ CapAdd: ['CAP_CHOWN'], CapDrop: ['CAP_NET_ADMIN'] });
  expect(Config.Labels).not.toHaveProperty(LABELS.number);
});

it('leaves no container behind after Ctrl-C', async () => {
  const leaving = new AbortController();
  const leave = ({ text }: ProjectEvent) => {
    if (text === 'Creating' || text === 'Created') leaving.abort();
  };
  await expect(create({}, leave, leaving.signal)).rejects.toThrow('abort');
  const late = new AbortController();
  engine.fake.engine.events.listen(({ type, action }) => {
    if (type === 'container' && action === 'create') late.abort();
  });
  await expect(create({}, () => {}, late.signal)).rejects.toThrow('abort');
  expect(late.signal.aborted).toBe(true);
  expect(engine.states()).toEqual([]);
});

it('creates nothing for a folder that is not shared', async () => {
  const source = '/elsewhere/data';
  const mounts: OneOff['mounts'] = [{ type: 'bind', source, target: '/data' }];
  await expect(create({ mounts })).rejects.toThrow("isn't in a shared folder");
  expect(engine.done).toEqual([]);
});
