import { matchesGlob } from 'node:path/posix';
import { EngineError } from '../../../errors.ts';
import { familiarName, familiarRepository, type Reference } from '../../../registry/reference.ts';
import { checkFilters, type Filters, hasLabel, matchesFilters, parseTime } from '../../filters.ts';
import type { ImageStore } from './image-store.ts';
import type { StoredImage } from './stored-image.ts';

type Test = (store: ImageStore, image: StoredImage, value: string) => boolean;

const pruneTests: Record<string, Test> = {
  label: (_, image, value) => hasLabel(image.config.Labels ?? {}, value),
  'label!': (_, image, value) => !hasLabel(image.config.Labels ?? {}, value),
  until: (_, image, value) => createdAt(image) < parseTime(value),
};

const listTests: Record<string, Test> = {
  ...pruneTests,
  dangling: (store, image, value) => isTrue('dangling', value) === isDangling(store, image),
  reference: (store, image, value) =>
    store.namesOf(image.id).some((name) => matchesPattern(name, value)),
  before: (store, image, value) => createdAt(image) < createdAt(store.resolve(value)),
  since: (store, image, value) => createdAt(image) > createdAt(store.resolve(value)),
};

/**
 * Returns a function that tells whether a list with these filters shows an image. Throws
 * EngineError 'invalid'.
 */
export function listFilter(store: ImageStore, filters: Filters): (image: StoredImage) => boolean {
  return imageFilter(listTests, store, filters);
}

/** Returns a function that tells whether a list with these filters shows a name. */
export function shownNames({ reference: patterns = [] }: Filters): (name: Reference) => boolean {
  return (name) =>
    patterns.length === 0 || patterns.some((pattern) => matchesPattern(name, pattern));
}

function matchesPattern(name: Reference, pattern: string): boolean {
  return matchesGlob(familiarName(name), pattern) || matchesGlob(familiarRepository(name), pattern);
}

/**
 * Returns a function that tells whether a prune with these filters removes an image. Throws
 * EngineError 'invalid'.
 */
export function pruneFilter(store: ImageStore, filters: Filters): (image: StoredImage) => boolean {
  return imageFilter(pruneTests, store, filters);
}

function imageFilter(tests: Record<string, Test>, store: ImageStore, filters: Filters) {
  checkFilters(tests, filters);
  return (image: StoredImage) =>
    matchesFilters(tests, filters, (test, value) => test(store, image, value));
}

/** Whether no tag points at the image, or at an index that has it. */
export function isDangling(store: ImageStore, image: StoredImage): boolean {
  return store.allNamesOf(image.id).every(({ tag }) => tag === undefined);
}

/** Whether the image is an unnamed step of a build. Lists show these only on request. */
export function isIntermediate(store: ImageStore, image: StoredImage): boolean {
  return store.allNamesOf(image.id).length === 0 && store.children(image.id).length > 0;
}

/** Whether lists show the image only as a platform of another image. */
export function isOtherPlatform(store: ImageStore, image: StoredImage): boolean {
  return store.namesOf(image.id).length === 0 && store.allNamesOf(image.id).length > 0;
}

/** Parses the boolean of a filter such as `dangling=true`. Throws EngineError 'invalid'. */
export function isTrue(name: string, value: string): boolean {
  if (/^(1|t|true)$/i.test(value)) return true;
  if (/^(0|f|false)$/i.test(value)) return false;
  throw new EngineError('invalid', `invalid filter '${name}=[${value}]'`);
}

/** In milliseconds since the epoch; 0 for an image without a date. */
export function createdAt({ created }: StoredImage): number {
  return created === undefined ? 0 : Date.parse(created);
}
