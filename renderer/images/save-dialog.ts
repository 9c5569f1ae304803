import { choosePath } from '../local-files/choose-path.tsx';
import { saveImages } from './transfer.ts';

/** Asks for a file, and saves the images there. */
export async function askSave(references: readonly string[]): Promise<void> {
  const [first = 'image'] = references;
  const name = references.length === 1 ? first.replace(/[^\w.-]+/g, '_') : 'images';
  const title = references.length === 1 ? `Save ${first}` : `Save ${references.length} images`;
  const path = await choosePath({ kind: 'save', title, name: `${name}.tar` });
  if (path !== undefined) await saveImages(references, path);
}
