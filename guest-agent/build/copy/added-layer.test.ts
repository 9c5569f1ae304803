import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import { buildkit } from '../dialect.ts';
import { addedItems, tarStream } from './added-layer.ts';
import { unchanged } from './items.ts';
import type { Origin } from './origin.ts';

it('a layer of a build that has ended fails when it is read, and not before', async () => {
  const reason = new Error('another stage failed');
  const tar = tarStream([], AbortSignal.abort(reason));
  await setImmediate();
  await expect(text(tar)).rejects.toBe(reason);
});

it('a layer stops when its build ends', async () => {
  const build = new AbortController();
  const member = { name: 'd', type: 'directory', mode: 0o755, uid: 0, gid: 0 } as const;
  const tar = tarStream(
    (function* () {
      yield {
        member: { ...member, size: 0, mtime: 0, target: '', device: [0, 0] as const, xattrs: {} },
      };
      build.abort(new Error('cancelled'));
    })(),
    build.signal,
  );
  await expect(text(tar)).rejects.toThrow('cancelled');
});

it('a directory doesn’t replace a file that the same instruction copied', async () => {
  await using directory = await temporaryDirectory();
  const origin = (kind: Origin['kind']): Origin => ({ kind, name: kind, items: () => [] });
  const place = { destination: { path: 'x', isDirectory: false, directories: [] }, target: 'x' };
  const items = async (...origins: Origin[]) => {
    let count = 0;
    for await (const _ of addedItems(directory.path, origins, place, unchanged, buildkit)) count++;
    return count;
  };
  await expect(items(origin('file'), origin('dir'))).rejects.toThrow(
    'cannot copy to non-directory: /x',
  );
  await expect(items(origin('dir'), origin('file'))).resolves.toBe(0);
});
