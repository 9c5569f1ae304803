import { afterAll, beforeAll, describe, it } from 'vitest';
import { runCase, suiteCases } from '../../../test/engine-suite/suite.ts';
import { FakeEngine } from './fake-engine.ts';

let engine: FakeEngine;

beforeAll(async () => {
  engine = await FakeEngine.start([]);
  await engine.addImage('box', { config: { Cmd: ['sh'] } });
  engine.offerImage('box', { config: { Cmd: ['sh'] } });
});

afterAll(() => engine.close());

describe('as every engine', () => {
  it.for(suiteCases)('$name', (each) => runCase(each, { socket: engine.socket, image: 'box' }));
});
