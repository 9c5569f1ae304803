import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Operation, Workplace } from '../operation.ts';
import { berth } from './berth.ts';
import { create, remove, requireState, running, start } from './containers.ts';

const removeVolume = ({ api }: Workplace, name: string) =>
  api.must('DELETE', `/volumes/${name}`, undefined, { accept: [404] });

const volumes: Operation = {
  name: 'volume',
  programs: [],
  run: async (place) => {
    const { api, name } = place;
    await api.must('POST', '/volumes/create', { Name: `${name}-1` });
    await api.must('POST', '/volumes/create', { Name: `${name}-2`, Labels: { tier: 'db' } });
    await removeVolume(place, `${name}-1`);
  },
  check: async ({ api, name }) => {
    await api.inspect(`/volumes/${name}-2`);
    if (await api.exists(`/volumes/${name}-1`)) throw new Error(`${name}-1 is still there`);
  },
  tidy: async (place) => {
    for (const number of [1, 2]) await removeVolume(place, `${place.name}-${number}`);
  },
};

const removeNetwork = ({ api, name }: Workplace) =>
  api.must('DELETE', `/networks/${name}`, undefined, { accept: [404] });

const connecting: Operation = {
  name: 'network connect',
  programs: ['netavark'],
  prepare: running,
  run: async (place) => {
    const { api, name } = place;
    await start(place);
    await api.must('POST', '/networks/create', { Name: name }, { accept: [409] });
    // Docker answers 403 if the container is already connected.
    await api.must('POST', `/networks/${name}/connect`, { Container: name }, { accept: [403] });
  },
  check: async (place) => {
    const { api, name } = place;
    await requireState(place, 'running');
    const { NetworkSettings } = await api.inspect(`/containers/${name}/json`);
    if (!NetworkSettings.Networks[name]?.IPAddress) throw new Error(`${name} isn't connected`);
  },
  tidy: async (place) => {
    await remove(place);
    await removeNetwork(place);
  },
};

const disconnecting: Operation = {
  name: 'network disconnect',
  programs: ['netavark'],
  prepare: async (place) => {
    await place.api.must('POST', '/networks/create', { Name: place.name });
    await create(place, undefined, { NetworkMode: place.name });
    await start(place);
  },
  run: async (place) => {
    const { api, name } = place;
    const { status, bytes } = await api.ask('POST', `/networks/${name}/disconnect`, {
      ...{ Container: name, Force: true },
    });
    // An interrupted request may have disconnected the container or removed the network.
    const isDone = status === 200 || status === 404 || bytes.includes('is not connected');
    if (!isDone) throw new Error(`network disconnect: ${status} ${bytes}`);
    await remove(place);
    await removeNetwork(place);
  },
  check: async ({ api, name }) => {
    if (await api.exists(`/networks/${name}`)) throw new Error(`network ${name} is still there`);
  },
  tidy: async (place) => {
    await remove(place);
    await removeNetwork(place);
  },
};

const composing: Operation = {
  name: 'compose up',
  programs: ['conmon', 'crun', 'netavark'],
  prepare: async ({ directory, image }) => {
    await mkdir(directory, { recursive: true });
    const service = `{ image: ${image}, command: [sleep, "1000"], stop_grace_period: 0s, volumes: ["data:/data"] }`;
    const file = `services:\n  web: ${service}\n  db: ${service}\nvolumes: { data: {} }\n`;
    await writeFile(join(directory, 'compose.yaml'), file);
  },
  run: ({ api, name, directory }) => berth(api, ['compose', '-p', name, 'up', '-d'], directory),
  check: async (place) => {
    for (const service of ['web', 'db']) {
      await requireState({ ...place, name: `${place.name}-${service}-1` }, 'running');
    }
    await place.api.inspect(`/volumes/${place.name}_data`);
  },
  tidy: ({ api, name, directory }) => berth(api, ['compose', '-p', name, 'down', '-v'], directory),
};

const pruning: Operation = {
  name: 'prune',
  programs: [],
  prepare: async (place) => {
    const { api, name, image } = place;
    const Labels = { scrap: '' };
    await api.must('POST', '/volumes/create', { Name: name, Labels });
    await api.must('POST', '/networks/create', { Name: name, Labels });
    await api.must('POST', `/containers/create?name=${name}`, { Image: image, Labels });
    await api.must('POST', `/commit?container=${name}`, { Labels });
  },
  run: async ({ api }) => {
    const filters = (more: object = {}) =>
      encodeURIComponent(JSON.stringify({ label: ['scrap'], ...more }));
    await api.must('POST', `/containers/prune?filters=${filters()}`);
    await api.must('POST', `/images/prune?filters=${filters({ dangling: ['true'] })}`);
    await api.must('POST', `/networks/prune?filters=${filters()}`);
    await api.must('POST', `/volumes/prune?filters=${filters({ all: ['true'] })}`);
    await api.must('POST', '/build/prune');
  },
  check: async ({ api, name }) => {
    for (const path of [`/containers/${name}/json`, `/volumes/${name}`, `/networks/${name}`]) {
      if (await api.exists(path)) throw new Error(`${path} is still there`);
    }
  },
  tidy: async () => {},
};

export const otherOperations: readonly Operation[] = [
  ...[volumes, connecting, disconnecting, composing, pruning],
];
