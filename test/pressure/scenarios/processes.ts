import { setTimeout as delay } from 'node:timers/promises';
import { execute, remove, running } from '../containers.ts';
import { inParallel, must, type Scenario } from '../scenario.ts';

const CONTAINERS = 10;
/** For one container with all its processes, in milliseconds. */
const REMOVE_MS = 10_000;

/** Thousands of processes in a few containers. */
export const processes: Scenario = {
  name: 'processes',
  async run(place) {
    const { api } = place;
    const each = place.count(1000, 20);
    const script = `i=0; while [ $i -lt ${each} ]; do sleep 100000 & i=$((i+1)); done; touch /all; wait`;
    const names = Array.from({ length: CONTAINERS }, (_, number) => `many-${number}`);
    await inParallel(CONTAINERS, 2, async (number) => {
      const name = names[number] ?? '';
      await running(place, name, ['sh', '-c', script]);
      const deadline = Date.now() + 120_000;
      while (!(await api.exists(`/containers/${name}/archive?path=/all`))) {
        must(Date.now() < deadline, `${name} doesn't get all its processes`);
        await delay(200);
      }
    });
    const begun = performance.now();
    let listed = 0;
    for (const name of names) {
      const { Processes } = await api.inspect(`/containers/${name}/top`);
      listed += Processes.length;
      await api.inspect(`/containers/${name}/stats?stream=false&one-shot=true`);
    }
    const look = (performance.now() - begun) / CONTAINERS;
    must(listed >= each * CONTAINERS, `top shows ${listed} processes`);
    const said = await execute(place, 'many-0', 'echo still');
    must(said.includes('still'), `exec said ${JSON.stringify(said)}`);
    let slowest = 0;
    for (const name of names) {
      const start = performance.now();
      await remove(place, name);
      slowest = Math.max(slowest, performance.now() - start);
    }
    must(slowest < REMOVE_MS, `rm --force took ${slowest.toFixed()} ms`);
    return `${listed} processes, top and stats ${look.toFixed()} ms each, rm --force within ${slowest.toFixed()} ms`;
  },
};
