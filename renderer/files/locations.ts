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

/**
 * The last location in the files of a container or volume: visiting another page doesn't lead back
 * to the top.
 */
export function useFileLocation(
  place: FilePlace,
): readonly [FileLocation, (location: FileLocation) => void] {
  const key = keyOf(place);
  const location = useSyncExternalStore(subscribe, () => read(key));
  return [location, (next) => write(key, next)];
}

/** The key of a file's draft. */
export const draftKeyOf = (place: FilePlace, path: string) =>
  `file ${JSON.stringify({ place, path })}`;

/**
 * Shows the file of a draft in its file browser, if the draft is of a file in a container or
 * volume.
 */
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
  // Without storage, the location is remembered until the page is reloaded.
  unlessRefused(() => sessionStorage.setItem(key, JSON.stringify(location)));
  for (const listener of listeners) listener();
}

function stored(key: string): FileLocation | undefined {
  const text = unlessRefused(() => sessionStorage.getItem(key));
  return locationSchema.safeParse(parseJson(text)).data;
}
