import { mkdtemp, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { writeTar } from '../../../guest-agent/store/testing/tar-writer.ts';
import { commandLine } from '../../fixtures/processes.ts';
import { create, execute, remove, start } from '../containers.ts';
import { must, type Scenario, type Workplace } from '../scenario.ts';

/** Where this host limits memory, if it does. The VM's own cgroups (version 2) can't be used beside it. */
const MEMORY = '/sys/fs/cgroup/memory';
const LIMIT = 64 << 20;
/** For `rm --force`, in milliseconds. */
const REMOVE_MS = 10_000;
/** Takes memory again and again, once `/go` exists. The marker is how the test finds the process. */
const HOG = 'hog=1; while [ ! -e /go ]; do sleep 0.1; done; while :; do tail /dev/zero; done';
/** If the limit doesn't work, a hog takes at most this much, in bytes. */
const MOST = 1 << 30;

/**
 * Containers that always use up the memory that they may have. Without a VM, nothing tells the engine of
 * it, so test/e2e/engine/memory.test.ts checks that `oom` is reported.
 */
export const outOfMemory: Scenario = {
  name: 'out-of-memory',
  async run(place) {
    const cgroup = await memoryCgroup();
    try {
      const count = place.count(8, 2);
      const names = Array.from({ length: count }, (_, number) => `hog-${number}`);
      for (const name of names) {
        const Ulimits = [{ Name: 'as', Soft: MOST, Hard: MOST }];
        // A kernel has each controller in one version of cgroups only.
        const Memory = cgroup === undefined ? LIMIT : 0;
        await create(place, name, ['sh', '-c', HOG], { Memory, Ulimits });
        await start(place, name);
      }
      await limit(place, cgroup, count);
      const go = writeTar([{ name: 'go', type: 'file', content: '' }]);
      for (const name of names) {
        await place.api.must('PUT', `/containers/${name}/archive?path=/`, go);
      }
      await delay(5000);
      const kills = await killsIn(cgroup);
      must(cgroup === undefined || kills > 0, 'the kernel has killed nothing');
      await create(place, 'beside', ['sleep', '1000']);
      await start(place, 'beside');
      const said = await execute(place, 'beside', 'echo room');
      must(said.includes('room'), `exec beside the hogs said ${JSON.stringify(said)}`);
      let slowest = 0;
      for (const name of names) {
        const begun = performance.now();
        await remove(place, name);
        slowest = Math.max(slowest, performance.now() - begun);
      }
      must(slowest < REMOVE_MS, `rm --force took ${slowest.toFixed()} ms`);
      return `${count} hogs, ${kills} kills of the kernel, rm --force within ${slowest.toFixed()} ms`;
    } finally {
      if (cgroup !== undefined) await rmdir(cgroup);
    }
  },
};

async function memoryCgroup(): Promise<string | undefined> {
  try {
    const path = await mkdtemp(join(MEMORY, 'berth-pressure-'));
    await writeFile(join(path, 'memory.limit_in_bytes'), String(LIMIT));
    return path;
  } catch {
    // Then the hogs only meet their own limit.
    return undefined;
  }
}

/** Puts the hogs into the cgroup, before they take memory. */
async function limit({ engine }: Workplace, cgroup: string | undefined, count: number) {
  if (cgroup === undefined) return;
  const hogs = engine.processes().filter((pid) => commandLine(pid).includes(HOG));
  must(hogs.length === count, `found ${hogs.length} of ${count} hogs`);
  for (const pid of hogs) await writeFile(join(cgroup, 'cgroup.procs'), String(pid));
}

async function killsIn(cgroup: string | undefined): Promise<number> {
  if (cgroup === undefined) return 0;
  const text = await readFile(join(cgroup, 'memory.oom_control'), 'utf8');
  return Number(/^oom_kill (\d+)/m.exec(text)?.[1] ?? 0);
}
