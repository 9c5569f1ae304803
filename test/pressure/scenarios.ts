import type { Scenario } from './scenario.ts';
import { clock } from './scenarios/clock.ts';
import { containers } from './scenarios/containers.ts';
import { cutConnections } from './scenarios/cut-connections.ts';
import { cycles } from './scenarios/cycles.ts';
import { largeInputs } from './scenarios/large-inputs.ts';
import { logs } from './scenarios/logs.ts';
import { mixedWork } from './scenarios/mixed-work.ts';
import { outOfMemory } from './scenarios/out-of-memory.ts';
import { processes } from './scenarios/processes.ts';
import { slowReaders } from './scenarios/slow-readers.ts';
import { unreadSubscribers } from './scenarios/unread-subscribers.ts';

/** The quickest first. */
export const scenarios: readonly Scenario[] = [
  ...[largeInputs, outOfMemory, clock, logs, slowReaders, unreadSubscribers, processes],
  ...[cutConnections, cycles, containers, mixedWork],
];
