import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SuiteClient } from '../../../test/engine-suite/client.ts';
import { runCase, suiteCases } from '../../../test/engine-suite/suite.ts';
import { onWindows } from '../on-windows.ts';
import { FakeEngine } from './fake-engine.ts';

let engine: FakeEngine;
let client: SuiteClient;

beforeAll(async () => {
  engine = await FakeEngine.start([]);
  await engine.addImage('box', { config: { Cmd: ['sh'] } });
  engine.offerImage('box', { config: { Cmd: ['sh'] } });
  client = new SuiteClient(engine.socket);
});

afterAll(() => engine.close());

/** The engine copies files and removes volumes with libc's functions. */
const needLibc = new Set([
  'a file that is copied into a container is there when it runs',
  'a file that does not exist',
  'a volume is created once, listed and removed',
]);

describe('as every engine', () => {
  it.for(suiteCases)('$name', (each, { skip }) => {
    skip(needLibc.has(each.name) && onWindows('it has no libc.so.6'));
    return runCase(each, { socket: engine.socket, image: 'box' });
  });
});

describe('for tests', () => {
  it('records requests', async () => {
    await client.call('POST', '/v1.44/containers/create?name=seen', { Image: 'box', Tty: true });
    expect(engine.requests.at(-1)).toMatchObject({
      ...{ method: 'POST', path: '/containers/create', query: { name: 'seen' } },
      body: { Image: 'box', Tty: true },
    });
  });

  it('fails requests until the fault ends', async () => {
    const end = engine.inject('GET /containers/*/json', {
      ...{ kind: 'fail', status: 500, message: 'disk on fire' },
    });
    expect(await client.refusal('GET', '/containers/seen/json')).toEqual([500, 'disk on fire']);
    expect((await client.call('GET', '/containers/json')).status).toBe(200);
    end();
    expect((await client.call('GET', '/containers/seen/json')).status).toBe(200);
  });

  it('drops connections', async () => {
    const end = engine.inject('GET /info', { kind: 'drop' });
    await expect(client.call('GET', '/info')).rejects.toThrow('socket hang up');
    end();
  });

  it('answers late', async () => {
    const held = Promise.withResolvers<void>();
    const end = engine.inject('GET /version', { kind: 'hold', until: held.promise });
    const order: string[] = [];
    const late = client.call('GET', '/version').then(() => order.push('version'));
    await client.call('GET', '/info').then(() => order.push('info'));
    held.resolve();
    await late;
    expect(order).toEqual(['info', 'version']);
    end();
  });

  it('runs functions as programs, and stops them', async () => {
    engine.program('greet', async (process) => {
      process.write('stdout', `hello from ${process.container}\n`);
      await new Promise((resolve) => process.handlers.set(15, () => resolve(undefined)));
      return 0;
    });
    await engine.run('greeter', { Image: 'box', Cmd: ['greet'] });
    const log = await client.bytes('/containers/greeter/logs?stdout=1');
    expect(log.toString()).toContain('hello from greeter');
    engine.processOf('greeter').exit(9);
    const { text } = await client.call('POST', '/containers/greeter/wait');
    expect(JSON.parse(text)).toEqual({ StatusCode: 9 });
  });
});
