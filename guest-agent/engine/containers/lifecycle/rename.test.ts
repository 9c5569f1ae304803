import { expect, it } from 'vitest';
import { temporaryDirectory } from '../../../store/testing/temporary-directory.ts';
import { testEngine, testRecord } from '../../testing/test-engine.ts';
import { removeContainer } from './remove.ts';
import { renameContainer } from './rename.ts';

it('does not bring back a container that is being removed', async () => {
  await using directory = await temporaryDirectory();
  const engine = await testEngine(directory.path);
  const container = await engine.containers.add(testRecord({ status: 'exited' }));
  const removal = removeContainer(engine, container, {});
  await expect(renameContainer(engine, container, 'other')).rejects.toMatchObject({
    code: 'not-found',
  });
  await removal;
  expect((await testEngine(directory.path)).containers.all()).toEqual([]);
  expect(engine.containers.isNameTaken('other')).toBe(false);
});
