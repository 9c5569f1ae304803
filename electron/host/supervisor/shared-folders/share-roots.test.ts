import { mkdir, rename, rm } from 'node:fs/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { FolderProblem } from '../../../api/machine.ts';
import { temporaryDirectory } from '../../base/testing/temporary-directory.ts';
import { watchShareRoots } from './share-roots.ts';

test('a shared folder that goes, or is replaced, is in trouble until it is back', async () => {
  const path = await temporaryDirectory();
  const share = { tag: 'share', path, hostPath: path, readOnly: false, transport: '9p' } as const;
  const told = vi.fn<(problems: FolderProblem[]) => void>();
  const ending = new AbortController();
  const watching = watchShareRoots([share], told, ending.signal, 10);
  onTestFinished(async () => {
    ending.abort();
    await watching;
  });
  const untilTold = (problems: object[]) =>
    vi.waitFor(() => expect(told.mock.lastCall).toMatchObject([problems]));

  await rename(path, `${path}-away`);
  await untilTold([{ path }]);
  await rename(`${path}-away`, path);
  await untilTold([]);
  await rename(path, `${path}-away`);
  await mkdir(path);
  await untilTold([{ path }]);
  await rm(path, { recursive: true });
  await rename(`${path}-away`, path);
  await untilTold([]);
});
