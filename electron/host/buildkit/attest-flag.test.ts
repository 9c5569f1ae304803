import { expect, test } from 'vitest';
import { attestAttributes } from './attest-flag.ts';

test.each([
  [{}, {}],
  [{ provenance: 'true', sbom: 'false' }, { 'attest:provenance': '' }],
  [{ provenance: 'mode=max,version=v1' }, { 'attest:provenance': 'mode=max,version=v1' }],
  [{ sbom: 'generator=my/scanner' }, { 'attest:sbom': 'generator=my/scanner' }],
  [
    { attest: ['type=sbom,generator=a', 'type=provenance,disabled=true'] },
    { 'attest:sbom': 'generator=a' },
  ],
])('%j asks for %j', (flags, attributes) => {
  expect(attestAttributes(flags)).toEqual(attributes);
});

test.each([
  [{ attest: ['generator=a'] }, 'attestation type not specified'],
  [{ attest: ['type=sbom'], sbom: 'true' }, 'duplicate attestation field sbom'],
  [{ provenance: 'max' }, 'invalid value max'],
])('%j is refused', (flags, message) => {
  expect(() => attestAttributes(flags)).toThrow(message);
});
