import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readWindowState, writeWindowState } from './window-state.ts';

const display = { x: 0, y: 0, width: 1440, height: 900 };
const state = { x: 200, y: 100, width: 1000, height: 700, maximized: false };
let directory: string;
let path: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-window-'));
  path = join(directory, 'new', 'window.json');
});

afterAll(() => rm(directory, { recursive: true }));

it('returns to its last position', () => {
  expect(readWindowState(path, [display])).toBeUndefined();
  writeWindowState(path, state);
  expect(readWindowState(path, [display])).toEqual(state);
});

it("doesn't return to a display that is gone", () => {
  writeWindowState(path, { ...state, x: 1600 });
  expect(readWindowState(path, [display, { ...display, x: 1440 }])).toMatchObject({ x: 1600 });
  expect(readWindowState(path, [display])).toBeUndefined();
});

it('ignores a broken file', async () => {
  await writeFile(path, '{"x":');
  expect(readWindowState(path, [display])).toBeUndefined();
});
