import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Rectangle } from 'electron';
import * as z from 'zod';
import { writeFileAtomicSync } from '../host/base/atomic-file.ts';
import { loggerOf } from '../host/base/log.ts';
import { isMissing } from '../host/base/system-error.ts';

const log = loggerOf('app');

const stateSchema = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().min(1),
  height: z.number().int().min(1),
  maximized: z.boolean(),
});
/** The window's position, in screen pixels that don't depend on the display's scale. */
export type WindowState = z.infer<typeof stateSchema>;

/** The part of the title bar that must be on a display so that the window can be moved. */
const GRIP = { width: 100, height: 40 };

/**
 * Undefined when there is no saved position, it can't be read, or it lies outside of the present
 * displays.
 */
export function readWindowState(
  path: string,
  displays: readonly Rectangle[],
): WindowState | undefined {
  try {
    const state = stateSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
    return displays.some((area) => holdsGrip(area, state)) ? state : undefined;
  } catch (error) {
    if (!isMissing(error)) log.warn(`${path} can't be read`, error);
    return undefined;
  }
}

function holdsGrip(area: Rectangle, { x, y, width }: Rectangle): boolean {
  const wide = Math.min(x + width, area.x + area.width) - Math.max(x, area.x);
  return wide >= GRIP.width && y >= area.y && y + GRIP.height <= area.y + area.height;
}

/** Synchronous: when the app quits, nothing waits for a write that is still running. */
export function writeWindowState(path: string, state: WindowState): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileAtomicSync(path, JSON.stringify(state));
}
