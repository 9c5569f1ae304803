import {
  type TarEntry,
  writeMembers,
  writeTar,
} from '../../../guest-agent/store/testing/tar-writer.ts';
import { ask } from '../../fixtures/ask.ts';
import { BOX, withContainer } from '../engine/box.ts';
import { type Verdict, verdictOf } from '../engine/verdict.ts';
import { ARCHIVE_PORT } from '../server/ports.ts';
import type { HostileArchive } from './archive.ts';
import { imageOf } from './image.ts';
import { readBack } from './read-back.ts';
import { archives } from './table.ts';

/** A way by which an archive gets into the engine. Resolves to the image that it made, if it was taken. */
export interface Way {
  readonly name: string;
  take(socket: string, archive: HostileArchive): Promise<Verdict & { readonly image?: string }>;
}

const tagged = 'hostile:latest';

const pull: Way = {
  name: 'pull',
  async take(socket, archive) {
    const image = `127.0.0.1:${ARCHIVE_PORT}/archive/${archives.indexOf(archive)}`;
    const path = `/images/create?fromImage=${encodeURIComponent(image)}&tag=1`;
    return { ...verdictOf(await ask(socket, { method: 'POST', path })), image: `${image}:1` };
  },
};

const load: Way = {
  name: 'load',
  async take(socket, { bytes }) {
    const { config } = imageOf(bytes);
    const manifest = [{ Config: 'config.json', RepoTags: [tagged], Layers: ['layer.tar'] }];
    const body = writeTar([
      { name: 'config.json', content: config },
      { name: 'layer.tar', content: bytes },
      { name: 'manifest.json', content: JSON.stringify(manifest) },
    ]);
    const path = '/images/load?quiet=1';
    return { ...verdictOf(await ask(socket, { method: 'POST', path, body })), image: tagged };
  },
};

const importing: Way = {
  name: 'import',
  async take(socket, { bytes: body }) {
    const path = '/images/create?fromSrc=-&repo=hostile&tag=latest';
    return { ...verdictOf(await ask(socket, { method: 'POST', path, body })), image: tagged };
  },
};

const copy: Way = {
  name: 'cp',
  take(socket, { bytes }) {
    const put = (id: string, into: string, body: Buffer) =>
      ask(socket, { method: 'PUT', path: `/containers/${id}/archive?path=${into}`, body });
    return withContainer(socket, BOX, async (id) => {
      await put(id, '/', writeTar([{ name: 'target/', type: 'directory' }]));
      const verdict = verdictOf(await put(id, '/target', bytes));
      if (verdict.kind === 'taken') await readBack(socket, id, '/target');
      return verdict;
    });
  },
};

async function build(socket: string, body: Buffer): Promise<Verdict & { image: string }> {
  const path = `/build?t=${tagged}&rm=1&forcerm=1&nocache=1`;
  return { ...verdictOf(await ask(socket, { method: 'POST', path, body })), image: tagged };
}

const context: Way = {
  name: 'context',
  take(socket, { bytes }) {
    const dockerfile = { name: 'Dockerfile', content: 'FROM scratch\nCOPY . /\n' };
    // A compressed context can't have a Dockerfile before it.
    return build(socket, isTar(bytes) ? Buffer.concat([writeMembers([dockerfile]), bytes]) : bytes);
  },
};

const add: Way = {
  name: 'ADD',
  take(socket, { bytes }) {
    const files: TarEntry[] = [
      { name: 'Dockerfile', content: `FROM ${BOX}\nADD a.tar /target/\n` },
      { name: 'a.tar', content: bytes },
    ];
    return build(socket, writeTar(files));
  },
};

const isTar = (bytes: Buffer) => bytes.toString('latin1', 257, 262) === 'ustar';

/** In the order of the letters of `expected.ts`. */
export const ways: readonly Way[] = [pull, load, importing, copy, context, add];
