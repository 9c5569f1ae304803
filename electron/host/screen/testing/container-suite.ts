import { cpus } from 'node:os';
import { describe, expect, it, vi } from 'vitest';
import { onWindows } from '../../../../guest-agent/testing/on-windows.ts';
import type { Renewal } from '../../../api/containers.ts';
import type { ScreenClient } from '../../../api/router.ts';
import { failureOf, next } from './answers.ts';
import type { ScreenEngine } from './screen-engine.ts';

/** Containers over a transport: the list, and what can be done to one. */
export function describeContainers(
  context: () => { engine: ScreenEngine; client: ScreenClient },
): void {
  describe('containers', () => {
    const engine = () => context().engine;
    const client = () => context().client;

    it('lists what runs and what has ended', async () => {
      const running = await engine().runContainer({
        image: 'busybox:latest',
        tty: true,
        name: 'one',
      });
      const ended = await engine().runContainer({ image: 'hello-world:latest', name: 'two' });
      await engine().exitContainer(ended, 0);
      await engine().addContainer({ image: 'alpine:3.22', name: 'three' });

      const [third, second, first] = await client().containers.list();
      expect(first).toMatchObject({
        id: running,
        name: 'one',
        state: 'running',
        interactive: true,
      });
      expect(Date.parse(first?.startedAt ?? '')).toBeGreaterThan(Date.now() - 60_000);
      expect(second).toMatchObject({ id: ended, state: 'exited', exitCode: 0 });
      expect(third).toMatchObject({ name: 'three', state: 'created' });
      expect(third).not.toHaveProperty('exitCode');
    });

    it('follows the engine when something else changes it', async () => {
      const lists = await client().containers.watch();
      expect(await next(lists)).toEqual([]);
      await vi.waitUntil(() => engine().listeners === 1);
      await engine().addContainer({ image: 'busybox:latest', name: 'elsewhere' });
      expect(await next(lists)).toMatchObject([{ name: 'elsewhere', state: 'created' }]);
      await lists.return();
    });

    it('stops listening when the screen stops watching', async () => {
      const lists = await client().containers.watch();
      await next(lists);
      await vi.waitUntil(() => engine().listeners === 1);
      await lists.return();
      await vi.waitUntil(() => engine().listeners === 0);
      expect(engine().listeners).toBe(0);
    });

    it('tells a watching screen that the engine went away', async () => {
      const lists = await client().containers.watch();
      await next(lists);
      const failure = failureOf(next(lists));
      await vi.waitUntil(() => engine().listeners === 1);
      await engine().close();
      expect((await failure).data.code).toBe('connection');
    });

    it('runs, stops, starts and removes one', async () => {
      await engine().addImage('busybox:latest');
      const { id } = await client().containers.run({ image: 'busybox', name: 'box', tty: true });
      expect(await client().containers.list()).toMatchObject([{ name: 'box', state: 'running' }]);
      await client().containers.stop({ id });
      expect(await client().containers.list()).toMatchObject([{ state: 'exited', exitCode: 137 }]);
      await client().containers.start({ id });
      expect((await failureOf(client().containers.remove({ id, force: false }))).data).toEqual({
        code: 'conflict',
      });
      await client().containers.remove({ id, force: true });
      expect(await client().containers.list()).toEqual([]);
    });

    it('says which image is missing', async () => {
      const failure = await failureOf(client().containers.run({ image: 'nowhere', tty: true }));
      expect(failure).toMatchObject({
        message: 'No such image: nowhere:latest',
        data: { code: 'not-found' },
      });
    });

    it('refuses a request that breaks the contract', async () => {
      const failure = await failureOf(client().containers.run({ image: '', tty: true }));
      expect(failure.data).toEqual({ code: 'invalid' });
    });

    it('tells of projects, published ports and health', async () => {
      await engine().runContainer({
        image: 'nginx:1',
        labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web' },
        ports: [{ port: 8080, containerPort: 80 }],
        health: { Test: ['CMD', 'true'], Interval: 3_600_000_000_000 },
      });
      expect(await client().containers.list()).toMatchObject([
        {
          ...{ project: 'shop', service: 'web', health: 'starting' },
          ports: [{ address: '0.0.0.0', port: 8080, containerPort: 80, protocol: 'tcp' }],
        },
      ]);
    });

    it('pauses, resumes, restarts and renames one', async () => {
      const id = await engine().runContainer({ image: 'busybox:latest', name: 'box' });
      await client().containers.pause({ id });
      expect(await client().containers.list()).toMatchObject([{ state: 'paused' }]);
      await client().containers.unpause({ id });
      await client().containers.restart({ id });
      await client().containers.rename({ id, name: 'crate' });
      expect(await client().containers.list()).toMatchObject([{ state: 'running', name: 'crate' }]);
    });

    it.skipIf(onWindows('the engine reads layers with libc’s functions'))(
      'makes an image of one',
      async () => {
        const id = await engine().addContainer({ image: 'busybox:latest' });
        const image = await client().containers.commit({ id, reference: 'mine:1' });
        expect(await client().images.list()).toContainEqual(
          expect.objectContaining({ id: image.id, reference: 'mine:1' }),
        );
      },
    );

    it.skipIf(onWindows('the engine’s paths would have backslashes'))(
      'tells all that is known of one, and how to run it again',
      async () => {
        await engine().addImage('nginx:1');
        const id = await engine().runContainer({
          ...{
            image: 'nginx:1',
            name: 'web',
            volumes: ['data'],
            command: ['service', 'two words'],
            environment: ['PATH=/bin', "GREETING=it's me"],
          },
          ports: [{ port: 8080, containerPort: 80 }],
          hostConfig: { NanoCpus: 1_500_000_000, Memory: 536_870_912 },
        });
        const details = await client().containers.inspect({ id });
        expect(details).toMatchObject({
          environment: [{ name: 'PATH' }, { name: 'GREETING', value: "it's me" }],
          limits: { cpus: 1.5, memory: 536_870_912, restart: { policy: 'no' } },
          networks: [{ name: 'bridge', address: '172.17.0.2' }],
          mounts: [{ kind: 'volume', source: 'data', destination: '/data', readOnly: false }],
        });
        expect(JSON.parse(details.document)).toMatchObject({ Id: id });
        expect(details.runCommand).toBe(
          "docker run -d --name web --publish 8080:80 --volume data:/data --env PATH=/bin --env 'GREETING=it'\\''s me' --cpus 1.5 " +
            "--memory 512m nginx:1 service 'two words'",
        );
      },
    );

    it('changes limits, and takes them off', async () => {
      const id = await engine().addContainer({ image: 'nginx:1' });
      const limitsNow = async () => (await client().containers.inspect({ id })).limits;
      const restart = { policy: 'on-failure', retries: 3 } as const;
      await client().containers.limit({ id, limits: { cpus: 0.5, memory: 67_108_864, restart } });
      expect(await limitsNow()).toEqual({ cpus: 0.5, memory: 67_108_864, restart });
      await client().containers.limit({ id, limits: { cpus: null, pids: 100 } });
      expect(await limitsNow()).toEqual({
        cpus: cpus().length,
        memory: 67_108_864,
        pids: 100,
        restart,
      });
    });

    describe('renewal', () => {
      async function renew(id: string): Promise<Renewal[]> {
        const events = [];
        for await (const event of await client().containers.renew({ id })) events.push(event);
        return events;
      }

      async function startWeb(): Promise<string> {
        await engine().pullImage('alpine:3.22');
        const id = await engine().runContainer({ image: 'alpine:3.22', name: 'web' });
        return id;
      }

      it('leaves a container alone when there is no newer image', async () => {
        const id = await startWeb();
        expect((await renew(id)).at(-1)).toEqual({ step: 'done', id, renewed: false });
        expect(await client().containers.list()).toMatchObject([{ id, state: 'running' }]);
      });

      it('puts the old one back when the new one does not run', async () => {
        const id = await startWeb();
        engine().fake.offerImage('alpine:3.22', { config: { Cmd: ['sh', '-c', 'exit 78'] } });
        const failure = await failureOf(renew(id));
        expect(failure.message).toBe('The new container exited immediately with code 78');
        expect(await client().containers.list()).toMatchObject([
          { id, name: 'web', state: 'running' },
        ]);
      });
    });
  });
}
