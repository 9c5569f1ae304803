import { expect, it } from 'vitest';
import type { Container } from '../../electron/api/containers.ts';
import type { Image } from '../../electron/api/images.ts';
import { freedBytes, planRemoval } from './removal.ts';

const one: Image = { id: 'sha256:1', reference: 'one:latest', size: 100, sharedSize: 40 };
const other: Image = { id: 'sha256:1', reference: 'one:2', size: 100, sharedSize: 40 };
const used: Image = { id: 'sha256:2', reference: 'used:latest', size: 7 };
const nameless: Image = { id: 'sha256:3', size: 5 };
const images = [one, other, used, nameless];

const web: Container = {
  ...{ id: 'c1', name: 'web', image: 'used:latest', imageId: 'sha256:2', command: 'sh' },
  ...{ state: 'exited', interactive: false, createdAt: '2026-01-01T00:00:00Z', ports: [] },
};

const outcomes = (names: readonly Image[]) =>
  planRemoval(names, images, [web]).map(({ outcome }) => outcome);

it("deletes an image with its last name, and frees the layers that it doesn't share", () => {
  expect(outcomes([one])).toEqual(['untag']);
  expect(outcomes([one, other, nameless])).toEqual(['delete', 'delete', 'delete']);
  expect(freedBytes(planRemoval([one, other, nameless], images, [web]))).toBe(65);
});

it('keeps an image that a container uses', () => {
  expect(planRemoval([used], images, [web])).toEqual([
    { image: used, outcome: 'kept', users: [web] },
  ]);
});
