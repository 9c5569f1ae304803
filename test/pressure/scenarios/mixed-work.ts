import { writeTar } from '../../../guest-agent/store/testing/tar-writer.ts';
import { create, execute, remove, start } from '../containers.ts';
import type { Scenario, Workplace } from '../scenario.ts';

type Work = (place: Workplace, name: string) => Promise<unknown>;

/** What clients do, each time from nothing to nothing. */
const works: readonly [Work, ...Work[]] = [
  ({ api }) => api.inspect('/containers/json?all=1'),
  ({ api }) => api.inspect('/images/json'),
  ({ api }) => api.inspect('/info'),
  ({ api }) => api.inspect('/system/df'),
  async (place, name) => {
    await create(place, name, ['sh', '-c', 'seq 200']);
    await start(place, name);
    await place.api.must('POST', `/containers/${name}/wait`);
    const { bytes } = await place.api.must('GET', `/containers/${name}/logs?stdout=1`);
    if (!bytes.includes('200\n')) throw new Error(`the log of ${name} isn't whole`);
    await remove(place, name);
  },
  async (place, name) => {
    await create(place, name);
    await start(place, name);
    const said = await execute(place, name, 'echo hello');
    if (!said.includes('hello')) throw new Error(`exec said ${JSON.stringify(said)}`);
    await place.api.must('POST', `/containers/${name}/stop?t=5`);
    await remove(place, name);
  },
  async (place, name) => {
    await create(place, name);
    const content = Buffer.alloc(200_000, name);
    const tar = writeTar([{ name: 'file', type: 'file', content }]);
    await place.api.must('PUT', `/containers/${name}/archive?path=/`, tar);
    const { bytes } = await place.api.must('GET', `/containers/${name}/archive?path=/file`);
    if (!bytes.includes(content)) throw new Error('the copied file is not whole');
    await remove(place, name);
  },
  async ({ api }, name) => {
    await api.must('POST', '/volumes/create', { Name: name });
    await api.inspect(`/volumes/${name}`);
    await api.must('DELETE', `/volumes/${name}`);
  },
  async (place, name) => {
    await place.api.must('POST', '/networks/create', { Name: name });
    await create(place, name, undefined, { NetworkMode: name });
    await start(place, name);
    await remove(place, name);
    await place.api.must('DELETE', `/networks/${name}`);
  },
  async ({ api, image }, name) => {
    const dockerfile = `FROM ${image}\nRUN echo ${name} >/made\nLABEL name=${name}\n`;
    const context = writeTar([{ name: 'Dockerfile', type: 'file', content: dockerfile }]);
    await api.must('POST', `/build?t=${name}&rm=1`, context);
    await api.must('DELETE', `/images/${name}`);
  },
];

/** A hundred clients at once. */
export const mixedWork: Scenario = {
  name: 'mixed-work',
  async run(place) {
    const clients = place.count(100, 10);
    const until = Date.now() + place.minutes * 60_000;
    const took: number[] = [];
    const client = async (number: number) => {
      for (let round = 0; Date.now() < until && !place.signal.aborted; round++) {
        const begun = performance.now();
        await place.random.pick(works)(place, `client-${number}-${round}`);
        took.push(performance.now() - begun);
      }
    };
    const ends = await Promise.allSettled(
      Array.from({ length: clients }, (_, number) => client(number)),
    );
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    const sorted = took.toSorted((a, b) => a - b);
    const slowest = Math.max(...sorted.slice(-1));
    const median = sorted[sorted.length >> 1] ?? 0;
    return `${clients} clients, ${took.length} pieces of work in ${place.minutes.toFixed(1)} min, half within ${median.toFixed()} ms, the slowest ${(slowest / 1000).toFixed(1)} s`;
  },
};
