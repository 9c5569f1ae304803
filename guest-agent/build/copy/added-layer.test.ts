import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { tarStream } from './added-layer.ts';

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
