import { expect, it } from 'vitest';
import { PullTally } from './pull-progress.ts';

it('adds up layers that download side by side', () => {
  const tally = new PullTally();
  const downloading = (id: string, current: number, total: number) =>
    tally.add({ id, status: 'Downloading', progressDetail: { current, total } });

  expect(tally.add({ status: 'Pulling from library/alpine', id: '3.22' })).toEqual({
    status: 'Pulling from library/alpine',
    current: 0,
    total: 0,
  });
  downloading('a', 10, 100);
  expect(downloading('b', 50, 300)).toEqual({ status: 'Downloading', current: 60, total: 400 });
  expect(tally.add({ id: 'a', status: 'Download complete' })).toMatchObject({ current: 150 });
  const extracting = { id: 'a', status: 'Extracting', progressDetail: { current: 1, total: 100 } };
  expect(tally.add(extracting)).toEqual({ status: 'Extracting', current: 150, total: 400 });
  expect(tally.add({ id: 'b', status: 'Pull complete' })).toMatchObject({
    current: 400,
    total: 400,
  });
});
