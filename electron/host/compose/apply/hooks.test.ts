import { afterEach, beforeEach, expect, it } from 'vitest';
import { ProjectEngine } from '../testing/project-engine.ts';
import { projectHost } from '../testing/project-host.ts';
import { projectOf } from '../testing/project-of.ts';
import { down } from './down.ts';
import { restart, stop } from './lifecycle.ts';
import { up } from './up.ts';

let engine: ProjectEngine;
const ran: string[] = [];
const { signal } = new AbortController();
const report = () => {};

beforeEach(async () => {
  ran.length = 0;
  engine = await ProjectEngine.start();
  engine.fake.program('note', (process) => {
    ran.push(`${process.argv.slice(1).join(' ')} as ${process.env.get('WHO')}`);
    return process.argv.includes('fail') ? 4 : 0;
  });
});

afterEach(() => engine.close());

const text = (command = 'note started') => `
name: shop
services:
  web:
    image: busybox
    post_start: [{command: ${command}, environment: {WHO: root}}, {command: [note, again]}]
    pre_stop: [{command: note stopping}]
`;

async function start(command?: string) {
  const project = await projectOf(text(command));
  const host = projectHost(engine);
  await up(host, project, { env: {} }, report, signal);
  return { engine: host.engine, hooks: project.services };
}

it('hooks run after a start and before a stop, in their order', async () => {
  const { engine: client, hooks } = await start();
  expect(ran).toEqual(['started as root', 'again as undefined']);
  await restart(client, 'shop', { hooks }, report, signal);
  expect(ran.slice(2)).toEqual(['stopping as undefined', 'started as root', 'again as undefined']);
  await stop(client, 'shop', { hooks }, report, signal);
  expect(ran.slice(5)).toEqual(['stopping as undefined']);
  await down(client, 'shop', { hooks }, report, signal);
  // It had stopped before.
  expect(ran).toHaveLength(6);
});

it('a hook that fails ends the command, and the next hooks do not run', async () => {
  await expect(start('note fail')).rejects.toThrow('web hook exited with status 4');
  expect(ran).toEqual(['fail as root']);
  expect(engine.states()).toEqual(['shop-web-1 running']);
});
