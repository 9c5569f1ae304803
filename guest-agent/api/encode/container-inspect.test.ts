import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ContainerRecord } from '../../engine/containers/record/container.ts';
import { newEndpoint } from '../../engine/containers/record/endpoint.ts';
import { mountRequestSchema } from '../../engine/containers/request/config.ts';
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

const inspect = (record: ContainerRecord, version = '1.51') =>
  containerInspect(record, [], engine, undefined, version);

it('omits the settings that a health check does not have', () => {
  const Healthcheck = { Test: ['CMD', 'true'], Retries: 3 };
  const { Config } = inspect(testRecord({}, {}, { Healthcheck }));
  expect(Config.Healthcheck).toEqual(Healthcheck);
});

it('omits the settings that a mount does not have', () => {
  const mounts = [
    { Type: 'bind', Source: '/a', Target: '/b', ReadOnly: true, BindOptions: {} },
    { Type: 'volume', Target: '/c', VolumeOptions: { NoCopy: true, Labels: { d: 'e' } } },
    { Type: 'tmpfs', Target: '/f', TmpfsOptions: { SizeBytes: 4096 } },
  ];
  const Mounts = mounts.map((mount) => mountRequestSchema.parse(mount));
  expect(inspect(testRecord({}, { Mounts })).HostConfig.Mounts).toEqual(mounts);
});

it('has the fields that strict clients require', () => {
  const { HostConfig, NetworkSettings } = inspect(testRecord());
  expect(HostConfig.OomKillDisable).toBe(false);
  expect(NetworkSettings).toMatchObject({ HairpinMode: false, SecondaryIPAddresses: null });
});

it('has no fields since API 1.52 that Docker removed there', () => {
  const { NetworkSettings, Config, ...others } = inspect(testRecord(), '1.52');
  expect(Object.keys(NetworkSettings)).toEqual(['SandboxID', 'SandboxKey', 'Ports', 'Networks']);
  expect(Config.OnBuild).toBeUndefined();
  expect(others).not.toHaveProperty('GraphDriver');
  expect(others).toHaveProperty('Storage.RootFS.Snapshot.Name', 'overlayfs');
});

it('names the manifest of its image, while the image is there', () => {
  const manifest = { mediaType: 'm', digest: 'sha256:1', size: 3 };
  const image = { id: 'i', config: {}, layers: [], os: 'linux', architecture: 'arm64', manifest };
  const described = containerInspect(
    testRecord(),
    [],
    { ...engine, images: { ...engine.images, resolve: () => image } },
    undefined,
    '1.48',
  );
  expect(described).toMatchObject({
    ImageManifestDescriptor: { ...manifest, platform: { os: 'linux', architecture: 'arm64' } },
  });
  expect(inspect(testRecord())).toMatchObject({ ImageManifestDescriptor: undefined });
});

it('names a network only once the container has run in it', () => {
  const bridge = engine.networks.get('bridge');
  const endpoints = { bridge: newEndpoint(bridge, endpointRequestSchema.parse(null)) };
  const networkOf = (startedAt: string | null) =>
    inspect({ ...testRecord({ startedAt }), endpoints }).NetworkSettings.Networks.bridge?.NetworkID;
  expect(networkOf(null)).toBe('');
  expect(networkOf('2026-01-01T00:00:00.000Z')).toBe(bridge.id);
});
