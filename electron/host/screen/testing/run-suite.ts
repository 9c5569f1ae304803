import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ScreenClient } from '../../../api/router.ts';
import { failureOf } from './answers.ts';
import type { ScreenEngine } from './screen-engine.ts';
import type { StandInMachine } from './stand-in-machine.ts';

const NGINX = {
  ...{ ExposedPorts: { '80/tcp': {} }, Volumes: { '/var/cache/nginx': {} }, WorkingDir: '/srv' },
};

interface Screen {
  readonly engine: ScreenEngine;
  readonly client: ScreenClient;
  readonly machine: StandInMachine;
}

/** What the form for running an image needs, over every transport. */
export function describeRunning(screen: () => Screen): void {
  describe('running with options', () => {
    it('suggests what the image says, and nothing for one that is not here', async () => {
      const { client, engine } = screen();
      await engine.addImage('nginx:1', { config: NGINX });
      expect(await client.run.suggestions({ image: 'nginx:1' })).toMatchObject({
        present: true,
        ports: [{ containerPort: 80, protocol: 'tcp' }],
        volumes: ['/var/cache/nginx'],
        workdir: '/srv',
      });
      expect(await client.run.suggestions({ image: 'absent' })).toMatchObject({
        present: false,
        ports: [],
      });
    });

    it('asks the engine for all that was chosen', async () => {
      const { client, engine } = screen();
      await engine.addImage('nginx:1');
      await client.containers.run({
        ...{ image: 'nginx:1', name: 'web', tty: false, memory: 67_108_864, env: ['A=1'] },
        ports: [{ hostPort: 8080, containerPort: 80, protocol: 'tcp' }],
        mounts: [{ source: 'data', target: '/data', readOnly: true }],
      });
      expect(engine.requestOf('web')).toMatchObject({
        Env: ['A=1'],
        HostConfig: {
          Memory: 67_108_864,
          Binds: ['data:/data:ro'],
          PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '8080' }] },
        },
      });
    });

    it('mounts a folder below a shared one, and makes no container for any other', async () => {
      const { client, engine } = screen();
      await engine.addImage('nginx:1');
      const run = (source: string) =>
        client.containers.run({
          ...{ image: 'nginx:1', name: 'web', tty: false },
          mounts: [{ source, target: '/site', readOnly: true }],
        });
      const failure = await failureOf(run('/elsewhere/site'));
      expect(failure.message).toContain(`"/elsewhere/site" isn't in a shared folder`);
      expect(failure.data).toMatchObject({ code: 'invalid', field: 'mounts.0.source' });
      expect(await client.containers.list()).toEqual([]);
      const site = join(homedir(), 'site');
      await run(site);
      expect(engine.requestOf('web')).toMatchObject({
        HostConfig: { Binds: [`${site}:/site:ro`] },
      });
    });

    it('names the field of what contradicts itself', async () => {
      const { client, engine } = screen();
      await engine.addImage('nginx:1');
      const asked = { image: 'nginx:1', tty: false, autoRemove: true, restart: 'always' as const };
      const failure = await failureOf(client.containers.run(asked));
      expect(failure.data).toMatchObject({ code: 'invalid', field: 'restart' });
      expect(await client.containers.list()).toEqual([]);
    });

    it('names the program that uses a host port', async () => {
      const { client, machine } = screen();
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      machine.set({
        ports: [
          {
            ...{ address: '0.0.0.0', port: 9, protocol: 'tcp' as const },
            ...{ containerId: 'c', containerName: 'old' },
          },
        ],
      });
      const on = { address: '127.0.0.1', containerPort: 80, protocol: 'tcp' as const };
      try {
        const [taken, published, any] = await client.run.portProblems({
          ports: [{ ...on, hostPort: port }, { ...on, hostPort: 9 }, on],
        });
        expect(taken).toMatch(/already uses it$/);
        expect(published).toBe('the container old already uses it');
        expect(any).toBeNull();
        // The port where containers are found by name makes way for one that publishes it.
        machine.set({ domains: { port, list: [] } });
        const given = await client.run.portProblems({ ports: [{ ...on, hostPort: port }] });
        expect(given).toEqual([null]);
      } finally {
        server.close();
      }
      const [free] = await client.run.portProblems({ ports: [{ ...on, hostPort: port }] });
      expect(free).toBeNull();
    });
  });
}
