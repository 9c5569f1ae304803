/**
 * For `.catch`: of calls that only matter while something is open, and end with it. Its end is told
 * elsewhere; the console keeps why the call failed.
 */
export const lostWith = (what: string) => (error: unknown) =>
  console.debug(`A call was lost with ${what}`, error);
