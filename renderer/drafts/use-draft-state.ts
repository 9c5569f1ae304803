import { useEffect, useState } from 'react';
import { drafts, useDraft } from './drafts.ts';
import { isLike } from './is-like.ts';
import { parseJson } from './parse-json.ts';

interface DraftStateOptions<T> {
  /** Names the form: two with the same key share what they hold. */
  readonly key: string;
  /** What it holds at first. */
  readonly initial: T;
  /** What may outlive the page: null for nothing. All of it unless given. */
  readonly persisted?: (value: T) => T | null;
}

export interface DraftState<T> {
  readonly value: T;
  /** Whether it is another than at first. */
  readonly isChanged: boolean;
  readonly set: (value: T) => void;
  /** It was sent or given up: the form begins with `initial` again. */
  readonly forget: () => void;
}

/** What a form holds, kept while somebody looks elsewhere and when the page is loaded anew. */
export function useDraftState<T>(options: DraftStateOptions<T>): DraftState<T> {
  const { key, persisted = (value: T) => value } = options;
  const [initial] = useState(options.initial);
  const draft = useDraft(key);
  useEffect(() => drafts.showForm(key), [key]);
  return {
    value: (draft && read(draft.value, initial)) ?? initial,
    isChanged: draft !== undefined,
    set(value) {
      const text = JSON.stringify(value);
      if (text === JSON.stringify(initial)) {
        drafts.remove(key);
        return;
      }
      const kept = persisted(value);
      drafts.set(key, { value: text }, kept === null ? null : JSON.stringify(kept));
    },
    forget: () => drafts.remove(key),
  };
}

/** Undefined when another version of the app wrote it. */
function read<T>(text: string, initial: T): T | undefined {
  const value = parseJson(text);
  return isLike(value, initial) ? value : undefined;
}
