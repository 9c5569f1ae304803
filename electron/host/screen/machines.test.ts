import { createRouterClient } from '@orpc/server';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ScreenClient } from '../../api/router.ts';
import { HostError } from '../base/errors.ts';
import { createMachines } from '../machine/machines.ts';
import type { ScreenHost } from './screen-host.ts';
import { createScreens } from './screens.ts';
import { ScreenEngine } from './testing/screen-engine.ts';
import { standInHost } from './testing/stand-in-host.ts';
import { StandInMachine } from './testing/stand-in-machine.ts';

let engine: ScreenEngine;
let other: ScreenEngine;
let host: ScreenHost;
const ended = new AbortController().signal;

beforeEach(async () => {
  engine = await ScreenEngine.start();
  other = await ScreenEngine.start();
  const own = standInHost(engine, new StandInMachine(engine.socket));
  const machines = createMachines(own.home);
  const opened = new Map<string, ScreenHost>();
  host = {
    ...own,
    machines,
    openMachine(name) {
      const known = opened.get(name);
      if (known) return known;
      if (name !== 'work') throw new HostError('invalid', `No VM is named "${name}"`);
      const machine = new StandInMachine(other.socket);
      machine.set({ name, state: 'stopped' });
      const made = { ...standInHost(other, machine), name };
      opened.set(name, made);
      return made;
    },
  };
});

afterEach(async () => {
  await engine.close();
  await other.close();
});

const clientsOf = () => {
  const screens = createScreens(host, ended, (router) => router);
  return (machine?: string): ScreenClient => createRouterClient(screens(machine));
};

it('lists, creates, starts, stops and removes VMs', async () => {
  const client = clientsOf()();
  expect(await client.machines.list()).toMatchObject([
    { name: 'default', isShown: true, isDefault: true, state: 'running' },
  ]);
  await client.machines.create({ name: 'work', cpus: 1, memoryMiB: 1024 });
  await client.machines.start({ name: 'work' });
  const work = async () => (await client.machines.list()).find(({ name }) => name === 'work');
  expect(await work()).toMatchObject({ isShown: false, isDefault: false, state: 'running' });
  await client.machines.stop({ name: 'work' });
  expect(await work()).toMatchObject({ state: 'stopped' });
  await client.machines.remove({ name: 'work' });
  expect(await work()).toBeUndefined();
});

it('refuses to remove the VM that the window shows, and names that cannot be', async () => {
  const client = clientsOf()();
  await expect(client.machines.remove({ name: 'default' })).rejects.toThrow('shows the VM');
  await expect(client.machines.create({ name: 'No way' })).rejects.toThrow('not a valid VM name');
  const small = client.machines.create({ name: 'tiny', diskGiB: 4, memoryMiB: 1 });
  await expect(small).rejects.toThrow();
});

it('shows each window the VM that it asks for, and the usual one if that is gone', async () => {
  const client = clientsOf();
  await other.addImage('tools:1');
  await engine.addImage('web:1');
  const references = async (machine?: string) =>
    (await client(machine).images.list()).map(({ reference }) => reference);
  await client().machines.start({ name: 'work' });
  expect(await references()).toEqual(['web:1']);
  expect(await references('work')).toEqual(['tools:1']);
  expect(await references('removed')).toEqual(['web:1']);
});
