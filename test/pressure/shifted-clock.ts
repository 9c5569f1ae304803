/*
 * Preloaded into an engine with Node's option `--import`: the engine's clock is ahead of this host's by
 * the milliseconds in the file CLOCK_SHIFT. Timers and programs keep the host's time, as timers do
 * when a clock is set.
 */
import { readFileSync } from 'node:fs';

const LOOK_MS = 100;
const path = process.env.CLOCK_SHIFT ?? '';
const HostDate = Date;
let shift = 0;

setInterval(() => {
  shift = Number(readFileSync(path, 'utf8'));
}, LOOK_MS).unref();

globalThis.Date = new Proxy(HostDate, {
  apply: () => new HostDate(HostDate.now() + shift).toString(),
  construct: (target, words, self) =>
    Reflect.construct(target, words.length === 0 ? [HostDate.now() + shift] : words, self),
  get: (target, name, self) =>
    name === 'now' ? () => HostDate.now() + shift : Reflect.get(target, name, self),
});
