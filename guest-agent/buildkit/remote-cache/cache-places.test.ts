import { create } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import { SolveRequestSchema } from '../generated/github.com/moby/buildkit/api/services/control/control_pb.js';
import { readCacheFormat } from './cache-format.ts';
import { cacheExports, cacheImports, placeName } from './cache-places.ts';

interface Wanted {
  readonly Imports?: { Type: string; Attrs: Record<string, string> }[];
  readonly Exports?: { Type: string; Attrs: Record<string, string> }[];
  readonly FrontendAttrs?: Record<string, string>;
}

function job({ Imports = [], Exports = [], FrontendAttrs = {} }: Wanted) {
  const request = create(SolveRequestSchema, { Cache: { Imports, Exports }, FrontendAttrs });
  return { request, frontendAttributes: undefined };
}

const registry = (ref: string) => ({ Type: 'registry', Attrs: { ref } });

test('a cache counts once, although clients name it to the engine and to the frontend', () => {
  const cached = JSON.stringify([registry('a'), registry('b')]);
  const places = cacheImports(
    job({ Imports: [registry('a')], FrontendAttrs: { 'cache-imports': cached } }),
  );
  expect(places.map(placeName)).toEqual(['a', 'b']);
  expect(() => cacheImports(job({ FrontendAttrs: { 'cache-imports': '{' } }))).toThrow(
    'failed to unmarshal cache-imports',
  );
});

test('a cache without a reference has a type and a number', () => {
  const local = (src: string) => placeName({ type: 'local', attributes: { src, digest: 'd' } });
  expect(local('one')).toMatch(/^local:\d+$/);
  expect(local('one')).not.toBe(local('two'));
});

test('BUILDKIT_INLINE_CACHE asks for an inline cache, once', () => {
  const FrontendAttrs = { 'build-arg:BUILDKIT_INLINE_CACHE': '1' };
  const inline = { Type: 'inline', Attrs: {} };
  const types = (wanted: Wanted) => cacheExports(job(wanted)).map(({ type }) => type);
  expect(types({ FrontendAttrs })).toEqual(['inline']);
  expect(types({ FrontendAttrs, Exports: [inline, registry('a')] })).toEqual([
    'inline',
    'registry',
  ]);
  expect(types({ FrontendAttrs: { 'build-arg:BUILDKIT_INLINE_CACHE': '0' } })).toEqual([]);
});

test('the same cache twice is an error', () => {
  expect(() => cacheExports(job({ Exports: [registry('a'), registry('a')] }))).toThrow(
    'duplicate cache exports [registry]',
  );
});

test.each([
  ['gha', {}, 'unknown cache exporter: "gha"'],
  ['s3', {}, 'unknown cache exporter: "s3"'],
  ['registry', {}, 'failed to configure registry cache exporter: missing ref'],
  ['local', {}, 'failed to configure local cache exporter: local cache exporter requires dest'],
  [
    'registry',
    { ref: 'a', 'oci-mediatypes': 'x' },
    'failed to configure registry cache exporter: failed to parse oci-mediatypes: strconv.ParseBool: parsing "x": invalid syntax',
  ],
  [
    'registry',
    { ref: 'a', compression: 'nosuch' },
    'failed to configure registry cache exporter: unsupported compression type nosuch',
  ],
])('refuses as BuildKit does: %s %j', (type, attributes, message) => {
  expect(() => readCacheFormat({ type, attributes })).toThrow(expect.objectContaining({ message }));
});

test('an index is the default with Docker’s types, which image manifests cannot have', () => {
  const read = (attributes: Record<string, string>) => {
    const { ociTypes, imageManifest } = readCacheFormat({
      type: 'registry',
      attributes: { ref: 'a', ...attributes },
    });
    return { ociTypes, imageManifest };
  };
  expect(read({})).toEqual({ ociTypes: true, imageManifest: true });
  expect(read({ 'oci-mediatypes': 'false' })).toEqual({ ociTypes: false, imageManifest: false });
  expect(read({ 'image-manifest': 'false' })).toEqual({ ociTypes: true, imageManifest: false });
});
