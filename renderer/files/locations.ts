import { useSyncExternalStore } from 'react';
import * as z from 'zod';
import { type FilePlace, filePlaceSchema } from '../../electron/api/files.ts';

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
  try {
    const { place, path } = schema.parse(JSON.parse(key.replace(/^file /, '')));
    write(keyOf(place), { path, isFile: true });
  } catch {
    // A draft of another kind: its page shows it.
  }
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
  try {
    sessionStorage.setItem(key, JSON.stringify(location));
  } catch {
    // Without storage, the place is remembered until the page is loaded anew.
  }
  for (const listener of listeners) listener();
}

function stored(key: string): FileLocation | undefined {
  try {
    return locationSchema.safeParse(JSON.parse(sessionStorage.getItem(key) ?? '')).data;
  } catch {
    return undefined;
  }
}
