import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeTar } from '../../../guest-agent/store/testing/tar-writer.ts';
import type { Operation, Workplace } from '../operation.ts';
import { berth } from './berth.ts';
import { create, remove, start } from './containers.ts';

const removeImage = ({ api }: Workplace, image: string) =>
  api.must('DELETE', `/images/${image}?force=1`, undefined, { accept: [404] });

const requireImage = async ({ api }: Workplace, image: string) =>
  void (await api.inspect(`/images/${image}/json`));

const pulling: Operation = {
  name: 'pull',
  programs: ['mkfs.erofs'],
  prepare: async (place) => void (await removeImage(place, place.pulled)),
  run: async ({ api, pulled }) => {
    const tag = pulled.split(':').at(-1);
    const name = pulled.slice(0, -`:${tag}`.length);
    await api.must('POST', `/images/create?fromImage=${encodeURIComponent(name)}&tag=${tag}`);
  },
  check: (place) => requireImage(place, place.pulled),
  tidy: async (place) => void (await removeImage(place, place.pulled)),
};

/** Two layers: one of a command, and one with a hard link, which only mkfs.erofs indexes. */
const dockerfile = ({ image, name }: Workplace) =>
  `FROM ${image}\nRUN echo ${name} >/made; ln /made /linked\nCOPY file /copied\n`;

const building: Operation = {
  name: 'build',
  programs: ['crun', 'netavark', 'mkfs.erofs'],
  prepare: async (place) => {
    await mkdir(place.directory, { recursive: true });
    await writeFile(join(place.directory, 'Dockerfile'), dockerfile(place));
    await writeFile(join(place.directory, 'file'), place.name);
  },
  run: ({ api, name, directory }) => berth(api, ['build', '-q', '-t', name, directory]),
  check: (place) => requireImage(place, place.name),
  tidy: async (place) => void (await removeImage(place, place.name)),
};

const classic: Operation = {
  name: 'classic build',
  programs: ['conmon', 'crun', 'netavark', 'mkfs.erofs'],
  run: async (place) => {
    const { api, name } = place;
    const context = writeTar([
      { name: 'Dockerfile', type: 'file', content: dockerfile(place) },
      { name: 'file', type: 'file', content: name },
    ]);
    await api.must('POST', `/build?t=${name}&forcerm=1`, context);
  },
  check: (place) => requireImage(place, place.name),
  tidy: async (place) => void (await removeImage(place, place.name)),
};

const committing: Operation = {
  name: 'commit',
  programs: ['mkfs.erofs'],
  prepare: async (place) => {
    await create(place, ['sh', '-c', 'echo changed >/changed; ln /changed /linked']);
    await start(place);
    await place.api.must('POST', `/containers/${place.name}/wait`);
  },
  run: async ({ api, name }) => {
    await api.must('POST', `/commit?container=${name}&repo=${name}`);
  },
  check: (place) => requireImage(place, place.name),
  tidy: async (place) => {
    await remove(place);
    await removeImage(place, place.name);
  },
};

const archives = new Map<string, Buffer>();

const loading: Operation = {
  name: 'load',
  programs: ['mkfs.erofs'],
  prepare: async ({ api, image, name }) => {
    await api.must('POST', `/images/${image}/tag?repo=${name}&tag=latest`);
    archives.set(name, (await api.must('GET', `/images/${name}/get`)).bytes);
    await api.must('DELETE', `/images/${name}`);
  },
  run: async ({ api, name }) => {
    await api.must('POST', '/images/load', archives.get(name));
  },
  check: (place) => requireImage(place, place.name),
  tidy: async (place) => {
    archives.delete(place.name);
    await removeImage(place, place.name);
  },
};

export const imageOperations: readonly Operation[] = [
  ...[pulling, building, classic, committing, loading],
];
