import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import * as z from 'zod';
import { engineDescription } from '../../../build/engine-description.ts';
import { FakeEngine } from '../../../guest-agent/testing/fake-engine/fake-engine.ts';
import type { Random } from '../../fixtures/random.ts';
import { type ApiRequest, readRequest, send } from '../api-request.ts';
import { valueOfSchema } from '../schema-value.ts';
import { Mismatch, type Target } from '../target.ts';

const parameterSchema = z.looseObject({ name: z.string(), in: z.string() });
const operationSchema = z.looseObject({ parameters: z.array(parameterSchema).optional() });
const descriptionSchema = z.object({
  paths: z.record(z.string(), z.record(z.string(), operationSchema)),
  definitions: z.record(z.string(), z.unknown()),
});
type Parameter = z.infer<typeof parameterSchema>;

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
}

/**
 * Requests that reach other hosts or the file system of this one, since the engine's files and
 * programs of builds aren't faked.
 */
const LEFT_OUT =
  /^\/(?:build|session|grpc|auth|images\/(?:search|load|get)|distribution|plugins|containers\/\{id\}\/(?:archive|export|changes)|images\/\{name\}\/(?:push|get)|commit)/;
const names = [
  'web',
  'job',
  'busybox',
  'data',
  'bridge',
  'net',
  'a/b',
  '..',
  '%',
  '%00',
  '__proto__',
  'é',
  '',
];
const CASES_OF_AN_ENGINE = 300;

const seeds: readonly ApiRequest[] = [
  {
    method: 'POST',
    path: '/containers/create?name=x',
    body: {
      Image: 'busybox',
      Cmd: ['sh'],
      HostConfig: { Binds: ['data:/d'], PortBindings: { '80/tcp': [{ HostPort: '8080' }] } },
    },
  },
  {
    method: 'POST',
    path: '/v1.44/containers/web/exec',
    body: { Cmd: ['sh'], Env: ['A=b'], AttachStdout: true },
  },
  {
    method: 'POST',
    path: '/networks/create',
    body: { Name: 'n', IPAM: { Config: [{ Subnet: '10.9.0.0/16', Gateway: '10.9.0.1' }] } },
  },
  {
    method: 'POST',
    path: '/volumes/create',
    body: { Name: 'v', DriverOpts: { type: 'tmpfs', device: 'tmpfs', o: 'size=1m' } },
  },
  {
    method: 'POST',
    path: '/containers/web/update',
    body: { Memory: 67108864, RestartPolicy: { Name: 'always' } },
  },
  {
    method: 'GET',
    path: '/containers/json?all=1&filters={"label":["a=b"],"status":{"running":true}}',
  },
  { method: 'GET', path: '/events?since=0&until=1700000000.5&filters={"type":["container"]}' },
  { method: 'GET', path: '/containers/web/logs?stdout=1&tail=5&since=1.5&timestamps=1' },
];

/** Requests to the engine's API, as Docker's description has them. Only processes are faked. */
export async function openEngineApi(): Promise<Target> {
  const operations = existsSync(engineDescription) ? readOperations() : undefined;
  let engine = await start();
  let cases = 0;
  return {
    isJson: true,
    seeds: seeds.map((request) => JSON.stringify(request)),
    ...(operations && {
      generate: (random: Random) =>
        JSON.stringify(
          randomRequest(random, random.pickFrom(operations.list), operations.definitions),
        ),
    }),
    async read(input) {
      const request = readRequest(input);
      if (request === undefined || LEFT_OUT.test(request.path.replace(/^\/+(v[\d.]+\/+)?/, '/')))
        return;
      if (++cases % CASES_OF_AN_ENGINE === 0) {
        await engine.close();
        engine = await start();
      }
      engine.logged.length = 0;
      const status = await send({ socketPath: engine.socket }, request);
      const fault = engine.logged.find((line) => !/: EngineError:/.test(line));
      if (status === 500) throw new Mismatch(`${status}: ${fault ?? ''}`);
    },
  };
}

async function start(): Promise<FakeEngine> {
  const engine = await FakeEngine.start();
  await engine.run('web', { Image: 'busybox' });
  await engine.create('job', { Image: 'busybox', Cmd: ['true'] });
  return engine;
}

function readOperations() {
  const { paths, definitions } = descriptionSchema.parse(
    parse(readFileSync(engineDescription, 'utf8')),
  );
  const list = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, { parameters = [] }]): Operation => ({
        ...{ method: method.toUpperCase(), path, parameters },
      }),
    ),
  );
  return { list: list.filter(({ path }) => !LEFT_OUT.test(path)), definitions };
}

function randomRequest(
  random: Random,
  operation: Operation | undefined,
  definitions: Readonly<Record<string, unknown>>,
): ApiRequest | undefined {
  if (operation === undefined) return undefined;
  const { method, path, parameters } = operation;
  const query = new URLSearchParams();
  let body: unknown;
  for (const parameter of parameters) {
    const value = () => valueOfSchema(random, parameter, definitions);
    if (parameter.in === 'body') body = valueOfSchema(random, parameter.schema, definitions);
    else if (parameter.in === 'query' && random.chance(0.5))
      query.set(parameter.name, String(value()));
  }
  const named = path.replaceAll(/\{\w+\}/g, () => random.pickFrom(names) ?? '');
  return { method, path: `${named}?${query}`, ...(body !== undefined && { body }) };
}
