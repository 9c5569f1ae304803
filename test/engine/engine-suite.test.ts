import { beforeAll, inject, test } from 'vitest';
import { output } from '../e2e/berth.ts';
import { runCase, suiteCases } from '../engine-suite/suite.ts';

beforeAll(() => output('pull', 'busybox'));

// The fake engine, which tests of the host use, is held to the same cases.
test.for(suiteCases)('$name', (each) =>
  runCase(each, { socket: inject('engineSocket'), image: 'busybox' }),
);
