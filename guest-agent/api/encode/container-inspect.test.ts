import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ContainerRecord } from '../../engine/containers/record/container.ts';
import { newEndpoint } from '../../engine/containers/record/endpoint.ts';
import { endpointRequestSchema } from '../../engine/containers/request/endpoint-request.ts';
import type { Engine } from '../../engine/engine.ts';
import { testEngine, testRecord } from '../../engine/testing/test-engine.ts';
import { containerInspect } from './container-inspect.ts';

let directory: string;
let engine: Engine;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'inspect-'));
  engine = await testEngine(directory);
});
afterEach(() => rm(directory, { recursive: true }));

const inspect = (record: ContainerRecord) => containerInspect(record, [], engine, undefined);

it('omits the settings that a health check does not have', () => {
  const Healthcheck = { Test: ['CMD', 'true'], Retries: 3 };
  const { Config } = inspect(testRecord({}, {}, { Healthcheck }));
  expect(Config.Healthcheck).toEqual(Healthcheck);
});

it('has the fields that strict clients require', () => {
  const { HostConfig, NetworkSettings } = inspect(testRecord());
  expect(HostConfig.OomKillDisable).toBe(false);
  expect(NetworkSettings).toMatchObject({ HairpinMode: false, SecondaryIPAddresses: null });
});

it('names a network only once the container has run in it', () => {
  const bridge = engine.networks.get('bridge');
  const endpoints = { bridge: newEndpoint(bridge, endpointRequestSchema.parse(null)) };
  const networkOf = (startedAt: string | null) =>
    inspect({ ...testRecord({ startedAt }), endpoints }).NetworkSettings.Networks.bridge?.NetworkID;
  expect(networkOf(null)).toBe('');
  expect(networkOf('2026-01-01T00:00:00.000Z')).toBe(bridge.id);
});
