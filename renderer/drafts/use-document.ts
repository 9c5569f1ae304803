import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { confirmLoss } from '../components/confirm.tsx';
import { showFailure } from '../components/show-failure.tsx';
import { explain } from '../connection/failure.ts';
import { drafts, useDraft } from './drafts.ts';
import { mayHoldSecrets } from './secret-files.ts';

/** A text as it is on disk; the version changes with it. */
export interface TextOnDisk {
  readonly text: string;
  readonly version: string;
}

export interface DocumentOptions {
  readonly key: string;
  /** For people: `passwd in web`. */
  readonly title: string;
  readonly path: string;
  /** The page that it is edited on. */
  readonly place: string;
  /** As it was read when the editor was opened. */
  readonly onDisk: TextOnDisk;
  readonly read: () => Promise<TextOnDisk>;
  /** Answers the new version; fails with 'conflict' when the file is not `version` any more. */
  readonly write: (text: string, version: string) => Promise<string>;
}

export interface TextDocument {
  /** As it is edited. */
  readonly text: string;
  readonly isChanged: boolean;
  /** The file is another than the one whose text is edited. */
  readonly hasChangedOnDisk: boolean;
  readonly isSaving: boolean;
  /** Changes when the editor has to begin anew, with `text`. */
  readonly editor: string;
  change(text: string): void;
  /** False when it was not saved: it failed, or the person keeps editing. */
  save(): Promise<boolean>;
  /** Asks, and goes back to what is on disk. */
  discard(): void;
}

/**
 * A file that is edited. What is typed is a draft until it is saved: it stays when the person looks
 * elsewhere, and is never written over a change that somebody else made without asking.
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

  // Somebody saved the same text elsewhere.
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
    // What was typed while it was being saved is a draft still, of the newer file.
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
      // A second save would find the file changed by the first.
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

/** Whether a file that somebody else changed is to be replaced all the same. */
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
