/** Runs tasks one after the other. A task that fails doesn't hold up the next. */
export function takeTurns(): <T>(task: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const turn = last.then(task);
    last = Promise.allSettled([turn]);
    return turn;
  };
}
