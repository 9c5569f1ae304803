import { useSyncExternalStore } from 'react';
import { type Draft, DraftStore, type KeyedDraft } from './draft-store.ts';
import { unlessRefused } from './unless-refused.ts';

/** Each window has its own storage, which ends with the window. */
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

/** Asks before a window with unsaved work is closed or reloaded. */
export function guardWindow(): void {
  window.addEventListener('beforeunload', (event) => {
    drafts.flush();
    if (drafts.isUnsaved) event.preventDefault();
  });
  // A page that is put into the background may never come back, and gets no other event.
  document.addEventListener('visibilitychange', () => drafts.flush());
}
