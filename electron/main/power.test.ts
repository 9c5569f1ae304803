import { EventEmitter } from 'node:events';
import { expect, it, vi } from 'vitest';
import { stopAtSessionEnd } from './power.ts';

it('delays the end of a Windows session, and stops the VM once', () => {
  const window = new EventEmitter();
  const stop = vi.fn(async () => {});
  stopAtSessionEnd(window, stop);
  const event = { preventDefault: vi.fn() };
  window.emit('query-session-end', event);
  window.emit('session-end');
  expect(event.preventDefault).toHaveBeenCalledOnce();
  expect(stop).toHaveBeenCalledOnce();
});

it('stops the VM when the session ends without a question', () => {
  const window = new EventEmitter();
  const stop = vi.fn(async () => {});
  stopAtSessionEnd(window, stop);
  window.emit('session-end');
  expect(stop).toHaveBeenCalledOnce();
});
