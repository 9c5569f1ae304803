import { mkdir } from 'node:fs/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { temporaryDirectory } from '../base/testing/temporary-directory.ts';
import { machinePaths } from '../home/paths.ts';
import { callSupervisor } from '../machine/call.ts';
import type { Request } from '../machine/protocol.ts';
import { defaultSettings } from '../settings/store.ts';
import { bootSteps } from './boot/boot-steps.ts';
import { createSwitchedSocket } from './bridge/switched-socket.ts';
import { serveControl } from './control-server.ts';
import { Lifecycle } from './lifecycle/lifecycle.ts';
import { createFakeMachine } from './testing/fake-machine.ts';
import type { Fault } from './testing/guest.ts';

/** A VM that was never started, with its control server's address. */
async function prepare(
  fault: Fault = 'none',
  options: Partial<ConstructorParameters<typeof Lifecycle>[0]> = {},
) {
  const paths = machinePaths(await temporaryDirectory(), 'test');
  await mkdir(paths.directory, { recursive: true });
  const context = {
    ...{ paths, accelerationRecord: '', architecture: 'amd64' as const },
    image: () => ({ kernel: '', initrd: '', root: '' }),
  };
  const machine = createFakeMachine(context, fault);
  const lifecycle = new Lifecycle({
    ...{ name: 'test', machine, paths },
    engineSocket: createSwitchedSocket(paths.engineSocket),
    settings: async () => defaultSettings(),
    image: async () => ({ dataFormat: 1, id: undefined }),
    initial: { name: 'test', driver: 'fake', state: 'stopped', ...defaultSettings() },
    ...options,
  });
  const call = async (request: Request) => {
    for await (const reply of callSupervisor(paths.controlSocket, request)) void reply;
  };
  return { paths, machine, lifecycle, call };
}

test('who asks for a start that fails gets the message, the hint and the console', async () => {
  const { paths, machine, lifecycle, call } = await prepare('engine', {
    settings: async () => ({ ...defaultSettings(), diskGiB: 4 }),
    steps: bootSteps.map((info) =>
      info.step === 'engine' ? { ...info, deadlineMs: 100, hint: 'do this' } : info,
    ),
  });
  const server = await serveControl(paths.controlSocket, {
    ...{ lifecycle, machine, onIdle: () => {}, onHandedOver: () => {}, ready: Promise.resolve() },
  });
  onTestFinished(() => server.close());
  await expect(call({ call: 'start' })).rejects.toMatchObject({
    ...{ code: 'machine-failed', hint: 'do this' },
    message: expect.stringContaining('step engine'),
    console: expect.arrayContaining([expect.stringContaining('Linux version of a fake guest')]),
  });
});

test('calls wait until it is known whether the VM runs; only the program that a client saw hands over', async () => {
  const { paths, machine, lifecycle, call } = await prepare();
  const ready = Promise.withResolvers<void>();
  const onHandedOver = vi.fn();
  const program = { version: '2.0.0', path: '/app/supervisor.mjs', stamp: '2' };
  const server = await serveControl(paths.controlSocket, {
    ...{ lifecycle, machine, program, ready: ready.promise, onIdle: () => {}, onHandedOver },
  });
  onTestFinished(() => server.close());
  let isAnswered = false;
  const status = call({ call: 'status' }).then(() => {
    isAnswered = true;
  });
  await vi.waitFor(() => expect(server.pending).toBe(1));
  expect(isAnswered).toBe(false);
  ready.resolve();
  await status;
  await call({ call: 'handOver', from: { ...program, stamp: '1' } });
  expect(onHandedOver).not.toHaveBeenCalled();
  await call({ call: 'status' });
  await call({ call: 'handOver', from: program });
  expect(onHandedOver).toHaveBeenCalledOnce();
  await expect(call({ call: 'status' })).rejects.toMatchObject({ cutOff: true });
});
