import { setTimeout as delay } from 'node:timers/promises';
import { writeTar } from '../../../guest-agent/store/testing/tar-writer.ts';
import { Connection, type RawRequest } from '../connection.ts';
import { execute, running } from '../containers.ts';
import { must, type Scenario, type Workplace } from '../scenario.ts';

interface Cut {
  readonly request: RawRequest;
  /** The connection breaks at most this long after the request, in milliseconds. */
  readonly within: number;
}

/** Each kind of stream. */
const streams: Record<string, (place: Workplace, number: number) => Promise<Cut>> = {
  attach: async () => ({
    request: {
      ...{ method: 'POST', path: '/containers/talker/attach?stream=1&stdin=1&stdout=1' },
      upgrade: true,
    },
    within: 200,
  }),
  exec: async ({ api }) => {
    const asked = { Cmd: ['sh', '-c', 'echo x; sleep 1'], AttachStdout: true, AttachStdin: true };
    const { bytes } = await api.must('POST', '/containers/talker/exec', asked);
    const { Id } = JSON.parse(bytes.toString());
    return {
      request: {
        method: 'POST',
        path: `/exec/${Id}/start`,
        body: { Detach: false },
        upgrade: true,
      },
      within: 300,
    };
  },
  logs: async () => ({
    request: { path: '/containers/talker/logs?stdout=1&follow=1' },
    within: 200,
  }),
  events: async () => ({ request: { path: '/events?since=0' }, within: 200 }),
  stats: async () => ({ request: { path: '/containers/talker/stats' }, within: 1500 }),
  wait: async () => ({
    request: { method: 'POST', path: '/containers/talker/wait' },
    within: 200,
  }),
  build: async ({ image }, number) => {
    const dockerfile = `FROM ${image}\nRUN echo ${number} && sleep 0.3\nRUN sleep 5\n`;
    const body = writeTar([{ name: 'Dockerfile', type: 'file', content: dockerfile }]);
    return { request: { method: 'POST', path: '/build?rm=1', body }, within: 1500 };
  },
  pull: async ({ api, pulled }) => {
    await api.must('DELETE', `/images/${pulled}?force=1`, undefined, { accept: [404] });
    const path = `/images/create?fromImage=${encodeURIComponent(pulled)}`;
    return { request: { method: 'POST', path }, within: 300 };
  },
  'archive from': async () => ({
    request: { path: '/containers/talker/archive?path=/big' },
    within: 100,
  }),
  'archive to': async () => {
    const content = Buffer.alloc(8 << 20, 'x');
    const body = writeTar([{ name: 'copied', type: 'file', content }]);
    const path = '/containers/talker/archive?path=/';
    return { request: { method: 'PUT', path, body }, within: 60 };
  },
  export: async () => ({ request: { path: '/containers/talker/export' }, within: 100 }),
  save: async ({ image }) => ({ request: { path: `/images/${image}/get` }, within: 100 }),
};

const TALKER = 'while :; do echo talk; sleep 0.05; done';

/** Connections that break in the middle of each kind of stream. */
export const cutConnections: Scenario = {
  name: 'cut-connections',
  async run(place) {
    const { api, engine, random, signal } = place;
    const each = place.count(25, 2);
    await running(place, 'talker', ['sh', '-c', TALKER], { OpenStdin: true });
    await execute(place, 'talker', 'dd if=/dev/zero of=/big bs=1M count=32 2>/dev/null');
    const descriptors = await engine.descriptors();
    let cuts = 0;
    for (let number = 0; number < each && !signal.aborted; number++) {
      for (const [name, prepare] of Object.entries(streams)) {
        const { request, within } = await prepare(place, number);
        const connection = await Connection.open(api.socket, request).catch((cause: unknown) => {
          throw new Error(`${name} can't connect`, { cause });
        });
        await delay(random.integer(0, within));
        connection.cut();
        cuts += 1;
      }
    }
    const left = (await engine.descriptorsSettled(descriptors + 5)) - descriptors;
    must(left <= 5, `${left} descriptors stay open`);
    const { State } = await api.inspect('/containers/talker/json');
    must(State.Running, 'the container ended with a connection');
    const said = await execute(place, 'talker', 'ps | grep -c "sleep 5"; echo after');
    must(said.includes('after'), `exec said ${JSON.stringify(said)}`);
    return `${cuts} cuts in ${Object.keys(streams).length} kinds of stream, descriptors ${left < 0 ? '' : '+'}${left}`;
  },
};
