import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '../connection.ts';
import { create, running } from '../containers.ts';
import { inParallel, must, type Scenario, type Workplace } from '../scenario.ts';

/** For each subscriber, in MiB. */
const MOST_EACH = 1;
/** The labels of the container whose events are published, in characters. */
const LABEL = 60_000;
/** Events with these labels: more than what waits in the engine and in the socket together. */
const EVENTS = 60;
const WRITER = `exec yes ${'x'.repeat(1000)}`;

/** Subscribers of events, logs and statistics that never read. */
export const unreadSubscribers: Scenario = {
  name: 'unread-subscribers',
  async run(place) {
    const { engine, api } = place;
    const each = place.count(333, 10);
    const descriptors = await engine.descriptors();
    await running(place, 'writer', ['sh', '-c', WRITER]);
    const memory = await engine.memory();
    const open = async (path: string) => {
      const connections: Connection[] = [];
      await inParallel(each, 20, async () => {
        connections.push(await Connection.open(api.socket, { path }));
      });
      return connections;
    };
    const events = await open('/events');
    const logs = await open('/containers/writer/logs?stdout=1&follow=1');
    const stats = await open('/containers/writer/stats');
    let most = 0;
    const watch = setInterval(() => {
      engine.memory().then(
        (now) => {
          most = Math.max(most, now - memory);
        },
        () => 'the engine is gone, which its pings show',
      );
    }, 100);
    try {
      await publishEvents(place);
      await delay(place.count(20, 5) * 1000);
    } finally {
      clearInterval(watch);
    }
    const cutOff = (await Promise.all(events.map((each) => each.wasCutOff(5000)))).filter(Boolean);
    for (const connection of [...logs, ...stats]) connection.cut();
    const left = (await engine.descriptorsSettled(descriptors + 20)) - descriptors;
    const count = each * 3;
    must(most < Math.max(count * MOST_EACH, 100), `${count} cost ${most.toFixed()} MiB`);
    must(cutOff.length === each, `${each - cutOff.length} readers of events are not cut off`);
    must(left <= 20, `${left} descriptors stay open`);
    return `${count} subscribers, memory +${most.toFixed()} MiB (${(most / count).toFixed(2)} each), all ${each} of events cut off`;
  },
};

/** Renames a container again and again. Its events have its labels. */
async function publishEvents(place: Workplace): Promise<void> {
  const Labels = { long: 'x'.repeat(LABEL) };
  await create(place, 'named-0', undefined, {}, { Labels });
  for (let number = 0; number < EVENTS; number++) {
    await place.api.must('POST', `/containers/named-${number}/rename?name=named-${number + 1}`);
  }
}
