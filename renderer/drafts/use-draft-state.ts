import { useEffect, useState } from 'react';
import { drafts, useDraft } from './drafts.ts';
import { isLike } from './is-like.ts';
import { parseJson } from './parse-json.ts';

interface DraftStateOptions<T> {
  /** Names the form: two forms with the same key share their content. */
  readonly key: string;
  /** The initial content. */
  readonly initial: T;
  /** What survives a reload: null for nothing, everything by default. */
  readonly persisted?: (value: T) => T | null;
}

export interface DraftState<T> {
  readonly value: T;
  /** Whether the content differs from the initial content. */
  readonly isChanged: boolean;
  readonly set: (value: T) => void;
  /** Call it once the form was sent or given up: it then begins with `initial` again. */
  readonly forget: () => void;
}

/** The content of a form, kept while the person visits other pages, and across reloads. */
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
