import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { confirmLoss } from '../components/confirm.tsx';
import { explain } from '../connection/failure.ts';
import { showFailure } from '../connection/show-failure.tsx';
import { drafts, useDraft } from './drafts.ts';
import { mayHoldSecrets } from './secret-files.ts';

/** A text on disk; the version changes with the text. */
export interface TextOnDisk {
  readonly text: string;
  readonly version: string;
}

export interface DocumentOptions {
  readonly key: string;
  /** For people: `passwd in web`. */
  readonly title: string;
  readonly path: string;
  /** The page where the file is edited. */
  readonly place: string;
  /** The text that was read when the editor was opened. */
  readonly onDisk: TextOnDisk;
  readonly read: () => Promise<TextOnDisk>;
  /** Resolves with the new version. Fails with 'conflict' when the file no longer has `version`. */
  readonly write: (text: string, version: string) => Promise<string>;
}

export interface TextDocument {
  /** The text in the editor. */
  readonly text: string;
  readonly isChanged: boolean;
  /** The file on disk is newer than the one that the draft was begun from. */
  readonly hasChangedOnDisk: boolean;
  readonly isSaving: boolean;
  /** Changes when the editor must start again with `text`. */
  readonly editor: string;
  change(text: string): void;
  /** False when the text wasn't saved: saving failed, or the person keeps editing. */
  save(): Promise<boolean>;
  /** Asks, then goes back to the text on disk. */
  discard(): void;
}

/**
 * A file in an editor. Typed text is a draft until it is saved. The draft survives visits to other
 * pages, and never replaces somebody else's change without asking.
 */
export function useDocument(options: DocumentOptions): TextDocument {
  const { key, title, path, place } = options;
  const draft = useDraft(key);
  const [saved, setSaved] = useState(options.onDisk);
  const [editor, setEditor] = useState(0);
  const isSaving = useRef(false);
  const text = draft?.value ?? saved.text;
  const base = draft?.file?.base ?? saved.version;
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);

  // Somebody else saved the same text.
  useEffect(() => {
    if (draft?.value === saved.text) drafts.remove(key);
  }, [draft, saved, key]);

  const change = (value: string) => {
    if (value === saved.text) drafts.remove(key);
    else keep(value, base);
  };
  const keep = (value: string, version: string) => {
    const persisted = mayHoldSecrets(path) ? null : value;
    drafts.set(key, { value, file: { title, place, base: version } }, persisted);
  };

  const saving = useMutation({
    meta: { quiet: true },
    async mutationFn(): Promise<boolean> {
      try {
        await write(await options.write(text, base));
        return true;
      } catch (error) {
        if (explain(error).code !== 'conflict') throw error;
      }
      if (!(await askToOverwrite(name))) return false;
      const { version } = await options.read();
      await write(await options.write(text, version));
      return true;
    },
  });
  const write = async (version: string) => {
    setSaved({ text, version });
    // Text typed during a save is still a draft, of the newer file.
    const value = drafts.get(key)?.value ?? text;
    if (value === text) drafts.remove(key);
    else keep(value, version);
  };

  return {
    text,
    isChanged: draft !== undefined && text !== saved.text,
    hasChangedOnDisk: draft !== undefined && base !== saved.version,
    isSaving: saving.isPending,
    editor: String(editor),
    change,
    save: async () => {
      // A second save would find that the first one changed the file.
      if (isSaving.current) return false;
      isSaving.current = true;
      try {
        return await saving.mutateAsync();
      } catch (error) {
        showFailure(error);
        return false;
      } finally {
        isSaving.current = false;
      }
    },
    discard: () =>
      confirmLoss({
        title: `Discard your changes to ${name}?`,
        children: 'You lose what you typed since the file was last saved.',
        action: 'Discard changes',
        otherwise: 'Keep editing',
        onConfirm: async () => {
          const now = await options.read().catch((error) => {
            console.debug('The last known text stands in for the file', error);
            return saved;
          });
          drafts.remove(key);
          setSaved(now);
          setEditor((count) => count + 1);
        },
      }),
  };
}

/** Asks whether to replace a file that somebody else changed. */
const askToOverwrite = (name: string): Promise<boolean> =>
  new Promise((resolve) =>
    confirmLoss({
      title: `${name} has changed on disk`,
      children:
        'Something else changed this file after you opened it. Replacing it loses that change.',
      action: 'Replace the file',
      otherwise: 'Keep editing',
      onConfirm: () => resolve(true),
      onClose: () => resolve(false),
    }),
  );
