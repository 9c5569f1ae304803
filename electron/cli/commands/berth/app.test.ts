import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  type ScriptedEngine,
  startScriptedEngine,
} from '../../../host/engine/testing/scripted-engine.ts';
import { runWords } from '../../testing/run.ts';

let engine: ScriptedEngine;
beforeEach(async () => {
  engine = await startScriptedEngine();
});
afterEach(() => engine[Symbol.asyncDispose]());
afterEach(() => vi.unstubAllEnvs());

test('serves the address even if no program can open a browser', async () => {
  vi.stubEnv('PATH', '/nonexistent');
  const signals = new EventEmitter();
  const ended = runWords(engine, ['app'], { signals });
  await vi.waitFor(() => expect(signals.listenerCount('SIGINT')).toBe(1), 10_000);
  signals.emit('SIGINT');
  const { exitCode, stdout, stderr } = await ended;
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=\S+\n$/);
  expect(stderr).toContain('Open the address in a browser yourself');
});
