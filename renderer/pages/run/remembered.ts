import { splitReference } from '../../../guest-agent/grammar/reference.ts';
import { isLike } from '../../drafts/is-like.ts';
import { parseJson } from '../../drafts/parse-json.ts';
import { unlessRefused } from '../../drafts/unless-refused.ts';
import type { RunForm } from './run-form.ts';
import { EMPTY_FORM } from './run-form.ts';

/** The options of the last runs in this window, with all values. */
const inWindow = new Map<string, RunForm>();

/** Newer tags of an image start with the options of older ones. */
const keyOf = (image: string) => `berth.run.${splitReference(image).name}`;

/**
 * Keeps an image's run options for the next time. Values of environment variables are often
 * secrets: they are kept while the window is open, and only their names after that.
 */
export function rememberForm(image: string, form: RunForm): void {
  inWindow.set(keyOf(image), form);
  const kept = { ...withoutValues(form), name: '' };
  // If the browser refuses storage, nothing is remembered.
  unlessRefused(() => localStorage.setItem(keyOf(image), JSON.stringify(kept)));
}

/** A form without the values of its variables, which are often secrets. */
export const withoutValues = (form: RunForm): RunForm => ({
  ...form,
  env: form.env.map((row) => ({ ...row, value: '' })),
});

/** The options of the image's last run; undefined if there was none. */
export function rememberedForm(image: string): RunForm | undefined {
  const own = inWindow.get(keyOf(image));
  // A second container can't have the same name.
  if (own) return { ...own, name: '' };
  const kept = parseJson(unlessRefused(() => localStorage.getItem(keyOf(image))));
  if (typeof kept !== 'object' || kept === null) return undefined;
  // A form written by another version of the app may have other fields.
  if (Object.keys(kept).some((name) => !(name in EMPTY_FORM))) return undefined;
  const form: unknown = { ...EMPTY_FORM, ...kept };
  return isLike(form, EMPTY_FORM) ? form : undefined;
}

export function forgetForm(image: string): void {
  inWindow.delete(keyOf(image));
  localStorage.removeItem(keyOf(image));
}
