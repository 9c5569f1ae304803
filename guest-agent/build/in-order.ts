/** Waits for all, and then throws the first error in the order of the list. */
export async function inOrder<T>(work: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}
