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
    // Without storage, the location is remembered until the page is reloaded.
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
