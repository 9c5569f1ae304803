import type { Page } from 'playwright-core';

/** How long a page took to draw its frames, in milliseconds. */
export interface FrameTimes {
  readonly frames: number;
  readonly median: number;
  /** 95 of 100 frames took at most this long. */
  readonly slow: number;
  readonly longest: number;
}

/** Measures the frames that a page draws during an action. */
export async function frameTimes(page: Page, act: () => Promise<void>): Promise<FrameTimes> {
  await page.evaluate(`{
    window.frameTimes = [];
    let last = performance.now();
    const frame = (now) => {
      if (!window.frameTimes) return;
      window.frameTimes.push(now - last);
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }`);
  await act();
  const times = (await page.evaluate(
    '{ const times = window.frameTimes; window.frameTimes = undefined; times; }',
  )) as number[];
  const sorted = times.toSorted((a, b) => a - b);
  const at = (part: number) => Math.round(sorted[Math.floor((sorted.length - 1) * part)] ?? 0);
  return { frames: sorted.length, median: at(0.5), slow: at(0.95), longest: at(1) };
}
