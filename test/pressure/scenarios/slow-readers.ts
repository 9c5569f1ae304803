import { setTimeout as delay } from 'node:timers/promises';
import { Connection, type RawRequest } from '../connection.ts';
import { create, execute, running } from '../containers.ts';
import { inParallel, must, type Scenario, type Workplace } from '../scenario.ts';

/** For each reader, in MiB. */
const MOST_EACH = 1;
/** What Node itself needs in addition for any of this, in MiB. */
const ALLOWANCE = 30;
const BIG = 'dd if=/dev/zero of=/big bs=1M count=64 2>/dev/null; echo written';
const WRITER = `exec yes ${'x'.repeat(100)}`;

/** Readers of archives, logs and attached output that take 20 KB a second. */
export const slowReaders: Scenario = {
  name: 'slow-readers',
  async run(place) {
    const { engine, api, signal } = place;
    const each = place.count(50, 3);
    const descriptors = await engine.descriptors();
    await running(place, 'big');
    must((await execute(place, 'big', BIG)).includes('written'), 'no file of 64 MB');
    await running(place, 'writer', ['sh', '-c', WRITER]);
    await create(place, 'attached', ['sh', '-c', WRITER]);
    const requests: RawRequest[] = [
      { path: '/containers/big/archive?path=/big' },
      { path: '/containers/big/export' },
      { path: '/containers/writer/logs?stdout=1&follow=1' },
      { path: `/images/${place.image}/get` },
      {
        ...{ method: 'POST', path: '/containers/attached/attach?stream=1&stdout=1' },
        upgrade: true,
      },
    ];
    const memory = await engine.memory();
    const connections: Connection[] = [];
    for (const request of requests) {
      await inParallel(each, 20, async () => {
        connections.push(await Connection.open(api.socket, request));
      });
    }
    await api.must('POST', '/containers/attached/start');
    const seconds = place.count(20, 4);
    const done = AbortSignal.any([signal, AbortSignal.timeout(seconds * 1000)]);
    const reading = connections.map((connection) => connection.readSlowly(20_000, done));
    let most = 0;
    while (!done.aborted) {
      most = Math.max(most, (await engine.memory()) - memory);
      await delay(250);
    }
    const read = (await Promise.all(reading)).filter((bytes) => bytes > 0).length;
    await stillWorks(place);
    for (const connection of connections) connection.cut();
    const left = (await engine.descriptorsSettled(descriptors + 20)) - descriptors;
    const allowed = ALLOWANCE + connections.length * MOST_EACH;
    must(most < allowed, `${connections.length} readers cost ${most.toFixed()} MiB`);
    must(read > connections.length * 0.9, `only ${read} of ${connections.length} got anything`);
    must(left <= 20, `${left} descriptors stay open`);
    return `${connections.length} readers for ${seconds} s, memory +${most.toFixed()} MiB`;
  },
};

async function stillWorks(place: Workplace): Promise<void> {
  const begun = performance.now();
  await running(place, 'meanwhile');
  const took = performance.now() - begun;
  must(took < 10_000, `a container took ${took.toFixed()} ms to start`);
}
