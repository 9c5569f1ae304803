import { describe, expect, it, vi } from 'vitest';
import type { ScreenClient } from '../../../api/router.ts';
import { next } from './answers.ts';
import type { ScreenEngine } from './screen-engine.ts';
import type { StandInMachine } from './stand-in-machine.ts';

/** Notices about events that the user did not start, over every transport. */
export function describeNotices(
  setting: () => { engine: ScreenEngine; machine: StandInMachine; client: ScreenClient },
): void {
  describe('notices', () => {
    async function watch() {
      const { engine, client } = setting();
      const notices = await client.notices.watch();
      expect(await next(notices)).toEqual([]);
      await vi.waitUntil(() => engine.listeners === 1);
      return notices;
    }

    it('tell of a container that died, and not of one that was stopped', async () => {
      const { engine, client } = setting();
      const notices = await watch();
      const stopped = await engine.runContainer({ image: 'alpine:3.22', name: 'stopped' });
      await client.containers.stop({ id: stopped });
      const job = await engine.runContainer({ image: 'alpine:3.22', name: 'job' });
      await engine.exitContainer(job, 3);
      expect(await next(notices)).toMatchObject([
        { tone: 'bad', title: 'job exited with code 3', container: job },
      ]);
      await client.notices.clear();
      expect(await next(notices)).toEqual([]);
      await notices.return();
    });

    it('leave the failure of a step of a build to the build', async () => {
      const { engine } = setting();
      const notices = await watch();
      await engine.addImage('alpine:3.22');
      const { id: image } = engine.fake.images.resolve('alpine:3.22');
      for (const [name, from] of [
        ['sunny_ketch', image],
        ['job', 'alpine:3.22'],
      ] as const) {
        await engine.exitContainer(await engine.runContainer({ image: from, name }), 1);
      }
      expect(await next(notices)).toMatchObject([{ title: 'job exited with code 1' }]);
      await notices.return();
    });

    it('leave a person alone who sits at the terminal', async () => {
      const { engine } = setting();
      const notices = await watch();
      for (const tty of [true, false]) {
        const id = await engine.runContainer({ image: 'busybox:latest', name: `tty-${tty}`, tty });
        await engine.exitContainer(id, 1);
      }
      expect(await next(notices)).toMatchObject([{ title: 'tty-false exited with code 1' }]);
      await notices.return();
    });

    it('tell of a machine that failed, and start it again where that is wanted', async () => {
      const { machine, client } = setting();
      await client.settings.updateApp({ restartMachine: true });
      const notices = await watch();
      machine.crash('killed by signal 9');
      expect(await next(notices)).toMatchObject([{ title: 'The VM stopped unexpectedly' }]);
      expect(await next(notices)).toMatchObject([
        { tone: 'good', title: 'The VM is running again' },
      ]);
      expect(await client.machine.status()).toMatchObject({ state: 'running' });
      await notices.return();
    });

    it('tell of what the engine found damaged, and once only', async () => {
      const { engine, machine, client } = setting();
      engine.fake.engine.damage.tell('web', 'The record of container web was damaged.');
      const notices = await client.notices.watch();
      expect(await next(notices)).toEqual([]);
      expect(await next(notices)).toMatchObject([
        { tone: 'bad', text: 'The record of container web was damaged.' },
      ]);
      await client.notices.clear();
      expect(await next(notices)).toEqual([]);
      engine.fake.engine.damage.settle('web');
      machine.set({ folderProblems: [{ path: '/home/me', problem: 'gone', hint: 'Start.' }] });
      expect(await next(notices)).toMatchObject([{ title: expect.stringContaining('/home/me') }]);
      await notices.return();
    });

    it('tell of a port that is taken, until it is free', async () => {
      const { machine } = setting();
      const notices = await watch();
      const port = {
        ...{ address: '0.0.0.0', port: 8080, protocol: 'tcp' as const },
        ...{ containerId: 'c1', containerName: 'web' },
      };
      machine.set({ ports: [{ ...port, problem: 'nginx (4711) uses it' }] });
      const [notice] = await next(notices);
      expect(notice?.title).toBe("Port 8080 of web isn't open");
      expect(notice?.text).toContain('nginx (4711) uses it');
      machine.set({ ports: [port] });
      expect(await next(notices)).toEqual([]);
      await notices.return();
    });
  });
}
