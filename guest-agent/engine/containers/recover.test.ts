import { expect, it } from 'vitest';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import { testEngine, testRecord } from '../testing/test-engine.ts';
import { recoverContainers } from './recover.ts';

it('finishes the removal of a --rm container that ended right before a crash', async () => {
  await using directory = await temporaryDirectory();
  const engine = await testEngine(directory.path);
  const { name } = await engine.volumes.ensure('');
  const volume = {
    ...{ type: 'volume' as const, name, source: '', destination: '/v', readOnly: false },
    ...{
      anonymous: true,
      options: [],
      subpath: '',
      propagation: '',
      nonRecursive: false,
      readOnlyNonRecursive: false,
      layers: [],
    },
  };
  const record = testRecord({ status: 'exited' }, { AutoRemove: true });
  await engine.containers.add({ ...record, mounts: [volume] });
  await recoverContainers(engine);
  expect(engine.containers.all()).toEqual([]);
  expect(engine.volumes.list()).toEqual([]);
});
