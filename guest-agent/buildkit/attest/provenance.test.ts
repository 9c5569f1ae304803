import { expect, test } from 'vitest';
import { openImages } from '../../engine/images/testing/images-fixture.ts';
import { parseReference } from '../../registry/reference.ts';
import { MemoryLayers } from '../../store/testing/memory-layers.ts';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import { Materials } from '../jobs/materials.ts';
import { readAttestRequest } from './attest-request.ts';
import { provenance } from './provenance.ts';

const amd64 = { os: 'linux', architecture: 'amd64' };
const arm64 = { os: 'linux', architecture: 'arm64' };
const digest = `sha256:${'a'.repeat(64)}`;

async function predicateOf(
  attributes: Record<string, string>,
  platform = amd64,
): Promise<Record<string, unknown>> {
  await using directory = await temporaryDirectory();
  const { images } = await openImages(directory.path, new MemoryLayers());
  const image = await images.commit({
    ...{ config: {}, createdBy: 'base', created: '2026-01-01T00:00:00Z', platform: amd64 },
  });
  await images.pushed(image, parseReference('box:latest'), digest);
  const materials = new Materials();
  materials.addImage({ name: 'box', image, of: amd64 });
  materials.addSecret('token');
  materials.dockerfile = { filename: 'Dockerfile', text: 'FROM box\n' };
  const request = readAttestRequest(attributes).provenance;
  if (request === undefined) throw new Error('no provenance is wanted');
  const facts = {
    ref: 'the-build',
    startedAt: new Date(0),
    finishedAt: new Date(1),
    attributes,
    materials,
  };
  const made = provenance(images.store, facts, platform, request);
  return { type: made.predicateType, ...(made.predicate as object) };
}

const wanted = {
  filename: 'sub/Dockerfile',
  target: 'x',
  'build-arg:A': '1',
  'vcs:revision': 'abc',
  'attest:provenance': 'mode=min,inline-only=true',
  'local-sessionid:context': 'session',
  platform: 'linux/amd64',
};

test('with mode=min, the provenance has no build arguments and no Dockerfile', async () => {
  expect(await predicateOf(wanted)).toMatchObject({
    type: 'https://slsa.dev/provenance/v0.2',
    buildType: 'https://mobyproject.org/buildkit@v1',
    materials: [
      {
        uri: 'pkg:docker/box@latest?platform=linux%2Famd64',
        digest: { sha256: 'a'.repeat(64) },
      },
    ],
    invocation: {
      configSource: { entryPoint: 'sub/Dockerfile' },
      parameters: {
        frontend: 'dockerfile.v0',
        args: { target: 'x' },
        locals: [{ name: 'context' }, { name: 'dockerfile' }],
      },
    },
    metadata: {
      buildInvocationID: 'the-build',
      completeness: { parameters: false, environment: true, materials: false },
      'https://mobyproject.org/buildkit@v1#metadata': { vcs: { revision: 'abc' } },
    },
  });
});

test('with mode=max, the provenance has the arguments, the secrets and the Dockerfile', async () => {
  const max = await predicateOf({ ...wanted, 'attest:provenance': '' });
  expect(max).toMatchObject({
    invocation: {
      parameters: {
        args: { target: 'x', 'build-arg:A': '1' },
        secrets: [{ id: 'token', optional: true }],
      },
    },
    metadata: {
      completeness: { parameters: true },
      'https://mobyproject.org/buildkit@v1#metadata': {
        source: { infos: [{ filename: 'Dockerfile', data: 'RlJPTSBib3gK' }] },
      },
    },
  });
});

test('version=v1 has the same facts in SLSA’s newer form', async () => {
  const attributes = { ...wanted, 'attest:provenance': 'mode=min,version=v1,builder-id=me' };
  expect(await predicateOf(attributes)).toMatchObject({
    type: 'https://slsa.dev/provenance/v1',
    buildDefinition: {
      externalParameters: { configSource: { path: 'sub/Dockerfile' } },
      resolvedDependencies: [{ digest: { sha256: 'a'.repeat(64) } }],
    },
    runDetails: { builder: { id: 'me' }, metadata: { invocationId: 'the-build' } },
  });
});

test('a platform’s provenance has only the images of that platform', async () => {
  expect((await predicateOf(wanted, arm64)).materials).toBeUndefined();
});

test('a remote context is the source, without its password', async () => {
  const attributes = { ...wanted, context: 'https://me:word@example.com/x.git#main' };
  expect(await predicateOf(attributes)).toMatchObject({
    invocation: { configSource: { uri: 'https://xxxxx:xxxxx@example.com/x.git#main' } },
    metadata: { completeness: { materials: true } },
  });
});

test('no address in the provenance has a password or a token', async () => {
  const attributes = {
    ...wanted,
    'attest:provenance': '',
    context: 'https://t0ken@example.com/x.git',
    'context:other': 'https://me:t0ken@example.com/y.git',
    'vcs:source': 'https://t0ken@example.com/z.git',
  };
  const made = await predicateOf(attributes);
  expect(JSON.stringify(made)).not.toContain('t0ken');
  expect(made).toMatchObject({
    invocation: {
      configSource: { uri: 'https://xxxxx@example.com/x.git' },
      parameters: { args: { 'context:other': 'https://xxxxx:xxxxx@example.com/y.git' } },
    },
  });
});

test.each([
  [{ 'attest:nosuch': '' }, 'unknown attestation type "nosuch"'],
  [{ 'attest:provenance': 'mode=some' }, 'invalid mode "some"'],
  [{ 'attest:provenance': 'version=v9' }, 'invalid provenance SLSA version: v9'],
])('refuses %j', (attributes, message) => {
  expect(() => readAttestRequest(attributes)).toThrow(message);
});

test('--sbom names the scanner and its settings', () => {
  expect(readAttestRequest({ 'attest:sbom': '' }).sbom?.generator).toBe(
    'docker/buildkit-syft-scanner:stable-1',
  );
  expect(
    readAttestRequest({ 'build-arg:BUILDKIT_ATTEST_SBOM': 'generator=mine,A=1' }).sbom,
  ).toEqual({ generator: 'mine', settings: { A: '1' } });
});
