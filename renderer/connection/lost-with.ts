/**
 * For `.catch` of calls that only matter while a page or a dialog is open. Other code reports that it
 * closed; the console shows why the call failed.
 */
export const lostWith = (what: string) => (error: unknown) =>
  console.debug(`A call was lost with ${what}`, error);
