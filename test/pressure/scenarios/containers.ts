import { create, start } from '../containers.ts';
import { inParallel, must, type Scenario } from '../scenario.ts';

/** How many of them run. */
const RUNNING = 0.05;

/** A thousand containers, a few of which run. */
export const containers: Scenario = {
  name: 'containers',
  async run(place) {
    const { api, engine } = place;
    const count = place.count(1000, 20);
    const memory = await engine.memory();
    let begun = performance.now();
    await inParallel(count, 8, (number) => create(place, `kept-${number}`));
    const creating = (performance.now() - begun) / count;
    const started = Math.max(2, Math.round(count * RUNNING));
    await inParallel(started, 4, (number) => start(place, `kept-${number}`));
    begun = performance.now();
    const all: unknown[] = await api.inspect('/containers/json?all=1');
    const listing = performance.now() - begun;
    const alive: unknown[] = await api.inspect('/containers/json');
    must(all.length === count, `${all.length} of ${count} containers are listed`);
    must(alive.length === started, `${alive.length} of ${started} containers run`);
    begun = performance.now();
    await api.inspect(`/containers/kept-${count - 1}/json`);
    await api.inspect('/system/df');
    const looking = performance.now() - begun;
    const more = (await engine.memory()) - memory;
    begun = performance.now();
    await inParallel(count, 8, (number) =>
      api.must('DELETE', `/containers/kept-${number}?force=1`),
    );
    const removing = (performance.now() - begun) / count;
    return `${count} containers, ${started} running: ${creating.toFixed()} ms to create each, ${removing.toFixed()} ms to remove, list ${listing.toFixed()} ms, inspect and df ${looking.toFixed()} ms, memory +${more.toFixed()} MiB`;
  },
};
