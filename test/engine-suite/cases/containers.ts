import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict';
import * as z from 'zod';
import type { SuiteCase } from '../place.ts';

/** Exits with 7 on SIGTERM. */
const polite = 'trap "exit 7" TERM; echo ready; while :; do sleep 0.05; done';

/** The life cycle of a container. */
export const containerCases: readonly SuiteCase[] = [
  {
    name: 'a new container is created and not running',
    async run(place) {
      const id = await place.create('exit 0');
      match(id, /^[0-9a-f]{64}$/);
      const { State, Name } = await place.inspect(id);
      equal(State.Status, 'created');
      equal(State.Running, false);
      equal(Name, `/${place.prefix}`);
    },
  },
  {
    name: 'a container runs until its process ends, and keeps its exit code',
    async run(place) {
      const id = await place.run('exit 3');
      equal(await place.wait(id), 3);
      const { State } = await place.inspect(id);
      equal(State.Status, 'exited');
      equal(State.ExitCode, 3);
      equal(State.Pid, 0);
      ok(Date.parse(State.FinishedAt) >= Date.parse(State.StartedAt));
    },
  },
  {
    name: 'starting a running container changes nothing',
    async run(place) {
      const id = await place.run('sleep 1000');
      const { State } = await place.inspect(id);
      equal(State.Running, true);
      ok(State.Pid > 0);
      equal((await place.client.call('POST', `/containers/${id}/start`)).status, 304);
      equal((await place.inspect(id)).State.Pid, State.Pid);
    },
  },
  {
    name: 'stop sends a signal first, and a second stop changes nothing',
    async run(place) {
      const id = await place.run(polite);
      await place.hasWritten(id, 'ready');
      equal((await place.client.call('POST', `/containers/${id}/stop`)).status, 204);
      equal((await place.inspect(id)).State.ExitCode, 7);
      equal((await place.client.call('POST', `/containers/${id}/stop`)).status, 304);
    },
  },
  {
    name: 'stop kills a process that ignores the signal',
    async run(place) {
      const id = await place.run('sleep 1000');
      equal((await place.client.call('POST', `/containers/${id}/stop?t=1`)).status, 204);
      equal((await place.inspect(id)).State.ExitCode, 137);
    },
  },
  {
    name: 'kill ends a container, and is refused if the container does not run',
    async run(place) {
      const id = await place.run('sleep 1000');
      equal((await place.client.call('POST', `/containers/${id}/kill`)).status, 204);
      equal(await place.wait(id), 137);
      const [status, message] = await place.client.refusal('POST', `/containers/${id}/kill`);
      equal(status, 409);
      match(message, new RegExp(`container ${id} is not running$`));
    },
  },
  {
    name: 'a signal reaches the process',
    async run(place) {
      const id = await place.run(polite);
      await place.hasWritten(id, 'ready');
      equal((await place.client.call('POST', `/containers/${id}/kill?signal=TERM`)).status, 204);
      equal(await place.wait(id), 7);
    },
  },
  {
    name: 'pause and unpause',
    async run(place) {
      const id = await place.run('sleep 1000');
      const at = (verb: string) => ['POST', `/containers/${id}/${verb}`] as const;
      equal((await place.client.call(...at('pause'))).status, 204);
      const { State } = await place.inspect(id);
      deepEqual([State.Status, State.Running, State.Paused], ['paused', true, true]);
      const [status, message] = await place.client.refusal(...at('pause'));
      equal(status, 409);
      match(message, /is already paused$/);
      equal((await place.client.call(...at('unpause'))).status, 204);
      equal((await place.inspect(id)).State.Status, 'running');
    },
  },
  {
    name: 'restart begins a new run',
    async run(place) {
      const id = await place.run('sleep 1000');
      const before = await place.inspect(id);
      equal((await place.client.call('POST', `/containers/${id}/restart?t=0`)).status, 204);
      const after = await place.inspect(id);
      equal(after.State.Running, true);
      notEqual(after.State.StartedAt, before.State.StartedAt);
    },
  },
  {
    name: 'a container can be renamed to a free name',
    async run(place) {
      const id = await place.create('exit 0');
      const other = await place.create('exit 0', {}, `${place.prefix}-other`);
      const [status, message] = await place.client.refusal(
        'POST',
        `/containers/${id}/rename?name=${place.prefix}-other`,
      );
      equal(status, 409);
      match(
        message,
        new RegExp(`name "/${place.prefix}-other" is already in use by container "?${other}`),
      );
      const free = `/containers/${id}/rename?name=${place.prefix}-free`;
      equal((await place.client.call('POST', free)).status, 204);
      equal((await place.inspect(`${place.prefix}-free`)).Id, id);
    },
  },
  {
    name: 'a running container is removed only by force',
    async run(place) {
      const id = await place.run('sleep 1000');
      const [status, message] = await place.client.refusal('DELETE', `/containers/${id}`);
      equal(status, 409);
      match(message, /container is running: stop the container before removing or force remove$/);
      equal((await place.client.call('DELETE', `/containers/${id}?force=1`)).status, 204);
      deepEqual(await place.client.refusal('GET', `/containers/${id}/json`), [
        404,
        `No such container: ${id}`,
      ]);
    },
  },
  {
    name: 'a container with --rm is removed when it exits, and waiting clients get the exit code',
    async run(place) {
      const id = await place.create('exit 4', { HostConfig: { AutoRemove: true } });
      const removed = place.wait(id, 'removed');
      await place.start(id);
      equal(await removed, 4);
      equal((await place.client.call('GET', `/containers/${id}/json`)).status, 404);
    },
  },
  {
    name: 'a restart policy stops after its maximum number of retries',
    async run(place) {
      const policy = { Name: 'on-failure', MaximumRetryCount: 2 };
      const id = await place.run('exit 5', { HostConfig: { RestartPolicy: policy } });
      const { State, RestartCount } = await place.until(
        () => place.inspect(id),
        (found) => found.State.Status === 'exited',
      );
      equal(RestartCount, 2);
      equal(State.ExitCode, 5);
    },
  },
  {
    name: 'a command that does not exist',
    async run(place) {
      const id = await place.create('', { Cmd: ['nothing-of-that-name'] });
      const [status, message] = await place.client.refusal('POST', `/containers/${id}/start`);
      equal(status, 400);
      match(message, /exec: "nothing-of-that-name": executable file not found in \$PATH/);
      const { State } = await place.inspect(id);
      deepEqual([State.Status, State.ExitCode], ['created', 127]);
    },
  },
  {
    name: 'health turns healthy and unhealthy',
    async run(place) {
      const healthcheck = (word: string) => ({
        Healthcheck: { Test: ['CMD', word], Interval: 100_000_000, Retries: 1 },
      });
      const well = await place.run('sleep 1000', healthcheck('true'));
      const ill = await place.run('sleep 1000', healthcheck('false'), `${place.prefix}-ill`);
      for (const [id, wanted] of [
        [well, 'healthy'],
        [ill, 'unhealthy'],
      ] as const) {
        await place.until(
          () => place.inspect(id),
          (found) => found.State.Health?.Status === wanted,
        );
      }
    },
  },
  {
    name: 'top shows the processes',
    async run(place) {
      const id = await place.run('exec sleep 1000');
      const { Titles, Processes } = await place.client.expect(
        z.object({ Titles: z.array(z.string()), Processes: z.array(z.array(z.string())) }),
        ...([200, 'GET', `/containers/${id}/top`] as const),
      );
      ok(Titles.includes('PID'));
      equal(Processes.length, 1);
      match(Processes[0]?.at(-1) ?? '', /sleep/);
    },
  },
];
