const CHECK_MS = 5_000;
/** Smaller differences are a busy processor's. */
const TOLERANCE_MS = 2_000;

/** Calls `listener` when the clock was set, for example after the VM was suspended. */
export function onClockChange(listener: () => void): Disposable {
  const offset = () => Date.now() - performance.now();
  let last = offset();
  const timer = setInterval(() => {
    const now = offset();
    const isSame = Math.abs(now - last) < TOLERANCE_MS;
    last = now;
    if (!isSame) listener();
  }, CHECK_MS);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
