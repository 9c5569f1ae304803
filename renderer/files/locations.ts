import { useSyncExternalStore } from 'react';
import * as z from 'zod';
import { type FilePlace, filePlaceSchema } from '../../electron/api/files.ts';
import { parseJson } from '../drafts/parse-json.ts';
import { unlessRefused } from '../drafts/unless-refused.ts';

const locationSchema = z.object({ path: z.string(), isFile: z.boolean() });

/** What a file browser shows: a folder or a file. */
export type FileLocation = z.infer<typeof locationSchema>;

const TOP: FileLocation = { path: '/', isFile: false };

const locations = new Map<string, FileLocation>();
const listeners = new Set<() => void>();

const keyOf = (place: FilePlace) =>
  `berth.files.${place.kind}.${place.kind === 'container' ? place.id : place.name}`;

/** Where somebody was in a place's files: looking at another page doesn't lead back to the top. */
export function useFileLocation(
  place: FilePlace,
): readonly [FileLocation, (location: FileLocation) => void] {
  const key = keyOf(place);
  const location = useSyncExternalStore(subscribe, () => read(key));
  return [location, (next) => write(key, next)];
}

/** What names the draft of a file. */
export const draftKeyOf = (place: FilePlace, path: string) =>
  `file ${JSON.stringify({ place, path })}`;

/** Has the browser of a draft's place show its file, when it is a draft of a file in a place. */
export function showFileOfDraft(key: string): void {
  const schema = z.object({ place: filePlaceSchema, path: z.string() });
  // A draft of another kind: its page shows it.
  const { data } = schema.safeParse(parseJson(key.replace(/^file /, '')));
  if (data) write(keyOf(data.place), { path: data.path, isFile: true });
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function read(key: string): FileLocation {
  const known = locations.get(key) ?? stored(key) ?? TOP;
  locations.set(key, known);
  return known;
}

function write(key: string, location: FileLocation): void {
  locations.set(key, location);
  // Without storage, the place is remembered until the page is loaded anew.
  unlessRefused(() => sessionStorage.setItem(key, JSON.stringify(location)));
  for (const listener of listeners) listener();
}

function stored(key: string): FileLocation | undefined {
  const text = unlessRefused(() => sessionStorage.getItem(key));
  return locationSchema.safeParse(parseJson(text)).data;
}
