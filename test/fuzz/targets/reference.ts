import { parseContextAddress } from '../../../guest-agent/build/git/git-address.ts';
import { redacted } from '../../../guest-agent/build/git/redacted.ts';
import {
  canonicalName,
  familiarName,
  isReference,
  parseReference,
  splitReference,
} from '../../../guest-agent/grammar/reference.ts';
import { registryHost } from '../../../guest-agent/registry/auth/login.ts';
import { Mismatch, type Target, tryAll } from '../target.ts';

/** Names of images, registries and repositories of git. */
export const reference: Target = {
  seeds: [
    ...['busybox', 'me/app:1', 'localhost:5000/a/b@sha256:', '[::1]:5000/x', 'docker.io/library/a'],
    ...['registry.example/a_b/c__d/e-f.g:v1.2-rc', `a@sha256:${'0'.repeat(64)}`, 'A/b', 'a:b:c'],
    ...['https://github.com/a/b.git#main:docs', 'git@github.com:a/b.git?ref=v1&subdir=x'],
    ...['github.com/a/b', 'ssh://git@host:22/a.git?checksum=0123', 'https://user:word@host/x.git'],
    'https://index.docker.io/v1/',
  ],
  words: ['sha256:', '@', ':', '/', '__', '..', '.git', '#', '?ref=', '%zz', '[::1]', 'localhost'],
  read(input) {
    const text = input.toString();
    splitReference(text);
    redacted(text);
    if (isReference(text)) {
      const parsed = parseReference(text);
      familiarName(parsed);
      const name = canonicalName(parsed);
      if (canonicalName(parseReference(name)) !== name) {
        throw new Mismatch(`${name} is not the same image as ${text}`);
      }
    }
    tryAll([() => parseReference(text), () => parseContextAddress(text), () => registryHost(text)]);
  },
};
