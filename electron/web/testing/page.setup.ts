import type { TestProject } from 'vitest/node';
import { buildPage } from './browser.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The directory of the page, built as for users. */
    assets: string;
  }
}

/** Builds the page once for all tests of the run. Returns a function that removes it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { directory, remove } = await buildPage();
  project.provide('assets', directory);
  return remove;
}
