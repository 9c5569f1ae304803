import { useSyncExternalStore } from 'react';
import { type Draft, DraftStore, type KeyedDraft } from './draft-store.ts';
import { unlessRefused } from './unless-refused.ts';

/** Another window has a storage of its own, which ends with the window. */
export const drafts = new DraftStore(unlessRefused(() => window.sessionStorage));

const subscribe = (listener: () => void) => drafts.subscribe(listener);

export const useDraft = (key: string): Draft | undefined =>
  useSyncExternalStore(subscribe, () => drafts.get(key));

export const useDrafts = (): readonly KeyedDraft[] =>
  useSyncExternalStore(subscribe, () => drafts.all());

/** Whether a file is unsaved on a page or below it. */
export const useIsUnsaved = (place: string): boolean =>
  useDrafts().some(({ file }) => file !== undefined && isWithin(file.place, place));

const isWithin = (place: string, outer: string) => place === outer || place.startsWith(`${outer}/`);

/** Asks before the window is closed or loaded anew with something unsaved in it. */
export function guardWindow(): void {
  window.addEventListener('beforeunload', (event) => {
    drafts.flush();
    if (drafts.isUnsaved) event.preventDefault();
  });
  // A page that is put away may never come back, and gets no other word.
  document.addEventListener('visibilitychange', () => drafts.flush());
}
