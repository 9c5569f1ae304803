import { execute, remove, running } from '../containers.ts';
import { inParallel, must, type Scenario } from '../scenario.ts';

/** The engine reaches its size in the first part, and must not grow after it. */
const WARM_UP = 0.2;
/** In MiB for 500 containers: far less than what any leak for each container would take. */
const MOST_MEMORY = 25;

/** Containers that are created, started, used by an exec and removed, again and again. */
export const cycles: Scenario = {
  name: 'cycles',
  async run(place) {
    const { engine } = place;
    const count = place.count(500, 10);
    const cycle = async (number: number) => {
      const name = `cycle-${number}`;
      await running(place, name, ['sh', '-c', 'echo started; sleep 1000']);
      for (const _ of [1, 2, 3]) await execute(place, name, 'true');
      await remove(place, name);
    };
    const first = Math.ceil(count * WARM_UP);
    const begun = performance.now();
    await inParallel(first, 4, cycle);
    const [memory, descriptors] = [await engine.memory(), await engine.descriptors()];
    await inParallel(count - first, 4, (number) => cycle(first + number));
    const each = (performance.now() - begun) / count;
    const more = (await engine.memory()) - memory;
    const open = (await engine.descriptorsSettled(descriptors + 5)) - descriptors;
    must(more < MOST_MEMORY, `the engine took ${more.toFixed()} MiB more`);
    must(open <= 5, `${open} descriptors stay open`);
    return `${count} cycles of ${each.toFixed()} ms, memory ${more < 0 ? '' : '+'}${more.toFixed()} MiB, descriptors ${open < 0 ? '' : '+'}${open}`;
  },
};
