import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '../connection.ts';
import { create, execute, remove, running } from '../containers.ts';
import { must, type Scenario } from '../scenario.ts';

const DAY = 86_400_000;
/** A container whose health is checked each second. */
const HEALTH = { Test: ['CMD-SHELL', 'date >>/checks'], Interval: 1_000_000_000 };

/** The engine's clock is set back and forth by a day. Nothing waits a day, or ends a day early. */
export const clock: Scenario = {
  name: 'clock',
  async run(place) {
    const { api, engine } = place;
    const rounds = place.count(5);
    await create(place, 'checked', undefined, {}, { Healthcheck: HEALTH });
    await api.must('POST', '/containers/checked/start');
    const followers = [
      await Connection.open(api.socket, { path: '/containers/checked/logs?stdout=1&follow=1' }),
      await Connection.open(api.socket, { path: '/events' }),
      await Connection.open(api.socket, { path: '/containers/checked/stats' }),
    ];
    const lines = async () =>
      (await execute(place, 'checked', 'cat /checks 2>/dev/null')).split('\n').length;
    try {
      for (let round = 0; round < rounds; round++) {
        for (const shift of [DAY, -DAY, 0]) {
          await engine.shiftClock(shift);
          const name = `shifted-${round}`;
          const begun = performance.now();
          await running(place, name);
          const before = await lines();
          await api.must('POST', `/containers/${name}/stop?t=5`);
          await remove(place, name);
          const took = performance.now() - begun;
          must(took < 10_000, `run and rm took ${took.toFixed()} ms after the clock was set`);
          await delay(2500);
          must((await lines()) > before, 'no health check since the clock was set');
        }
      }
    } finally {
      await engine.shiftClock(0);
    }
    for (const follower of followers) {
      must(!(await follower.wasCutOff(500)), 'a stream ended when the clock was set');
    }
    return `set ${rounds * 3} times, ${await lines()} health checks`;
  },
};
