import { isLike } from '../../drafts/is-like.ts';
import { parseJson } from '../../drafts/parse-json.ts';
import { unlessRefused } from '../../drafts/unless-refused.ts';
import type { RunForm } from './run-form.ts';
import { EMPTY_FORM } from './run-form.ts';

/** What was run in this window, with all its values. */
const inWindow = new Map<string, RunForm>();

/** An image's newer tags are run like its older ones. */
const keyOf = (image: string) => `berth.run.${image.replace(/(@.*|:[^:/]*)$/, '')}`;

/**
 * Keeps how an image was run, for the next time. The values of environment variables are often
 * secrets: they are kept as long as the window is open, and only their names after that.
 */
export function rememberForm(image: string, form: RunForm): void {
  inWindow.set(keyOf(image), form);
  const kept = { ...withoutValues(form), name: '' };
  // If the browser refuses, nothing is remembered.
  unlessRefused(() => localStorage.setItem(keyOf(image), JSON.stringify(kept)));
}

/** A form without the values of its variables, which are often secrets. */
export const withoutValues = (form: RunForm): RunForm => ({
  ...form,
  env: form.env.map((row) => ({ ...row, value: '' })),
});

/** How the image was run last; undefined when it was not. */
export function rememberedForm(image: string): RunForm | undefined {
  const own = inWindow.get(keyOf(image));
  // A second container cannot have the same name.
  if (own) return { ...own, name: '' };
  const kept = parseJson(unlessRefused(() => localStorage.getItem(keyOf(image))));
  if (typeof kept !== 'object' || kept === null) return undefined;
  // Written by another version of the app, a form may have other fields.
  if (Object.keys(kept).some((name) => !(name in EMPTY_FORM))) return undefined;
  const form: unknown = { ...EMPTY_FORM, ...kept };
  return isLike(form, EMPTY_FORM) ? form : undefined;
}

export function forgetForm(image: string): void {
  inWindow.delete(keyOf(image));
  localStorage.removeItem(keyOf(image));
}
