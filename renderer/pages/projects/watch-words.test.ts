import { expect, it } from 'vitest';
import type { WatchAction, WatchEvent } from '../../../electron/api/file-watches.ts';
import { watchWords } from './watch-words.ts';

const sync: Pick<WatchAction, 'type' | 'action' | 'services'> = {
  ...{ type: 'action', action: 'sync', services: ['web'] },
};

it.each<[WatchEvent, string]>([
  [{ ...sync, state: 'done', files: 1 }, 'Synced 1 file to web'],
  [{ ...sync, state: 'working', files: 2 }, 'Syncing 2 files to web…'],
  [
    { type: 'action', action: 'rebuild', state: 'done', services: ['api', 'web'] },
    'Rebuilt api, web',
  ],
  [{ type: 'ended', reason: 'stopped' }, 'Watching stopped'],
])('says %j', (event, text) => {
  expect(watchWords(event).text).toBe(text);
});

it('keeps the reason of a failure', () => {
  const event = { type: 'problem', text: 'no space left on device' } as const;
  expect(watchWords(event)).toEqual({ tone: 'bad', text: 'Failed', details: event.text });
});
