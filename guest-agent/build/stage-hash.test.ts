import { expect, test } from 'vitest';
import type { SessionSteps, StageHash } from './session.ts';
import { FilesDiffer, stageHash } from './stage-hash.ts';

const stage = { key: 'stage', isKnown: true };

/** A cache of another engine that says that all files have the hash `imported`. */
function fixture() {
  const noted: StageHash[] = [];
  const known = { hashOf: () => 'imported', noteHash: (hash: StageHash) => void noted.push(hash) };
  return { noted, steps: known as unknown as SessionSteps };
}

const hashAs = async (hash: string) => hash;

test('files are used only if they have the hash that an imported cache says', async () => {
  const { steps } = fixture();
  const right = await stageHash({ steps }, stage, ['/f'], () => hashAs('imported'));
  expect(right.hash).toBe('imported');
  await right.verify();
  const wrong = await stageHash({ steps }, stage, ['/f'], () => hashAs('other'));
  expect(wrong.hash).toBe('imported');
  await expect(wrong.verify()).rejects.toThrow(FilesDiffer);
});

test('files are read if they differ from those of the cache, and caches get what was read', async () => {
  const { steps, noted } = fixture();
  const session = { steps, readsStages: true };
  const { hash, verify } = await stageHash(session, stage, ['/f'], () => hashAs('other'));
  await verify();
  expect(hash).toBe('other');
  expect(noted).toMatchObject([{ stage: 'stage', hash: 'other' }]);
});

test('files of a stage that ran are not asked of a cache', async () => {
  const { steps } = fixture();
  const { hash } = await stageHash({ steps }, { key: 'stage' }, ['/f'], () => hashAs('here'));
  expect(hash).toBe('here');
});
