/** Runs tasks one at a time. A failed task doesn't stop the next. */
export function takeTurns(): <T>(task: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const turn = last.then(task);
    last = Promise.allSettled([turn]);
    return turn;
  };
}
