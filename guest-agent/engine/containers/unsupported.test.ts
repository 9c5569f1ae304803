import { expect, it } from 'vitest';
import { hostConfigSchema } from './config.ts';
import { checkSupported } from './unsupported.ts';

const check = (host: object) => checkSupported(hostConfigSchema.parse(host));

it('says what it cannot do rather than leaving it out', () => {
  expect(() => check({ PublishAllPorts: true })).toThrow(
    'not possible yet: publishing all exposed ports (-P)',
  );
  expect(() => check({ PortBindings: { '80/tcp': [{ HostPort: '' }] } })).toThrow('random port');
  expect(() => check({ PortBindings: { '80/tcp': [{ HostPort: '8000-8010' }] } })).toThrow('range');
});

it('lets everything else through, as clients send it', () => {
  check({
    Init: null,
    PublishAllPorts: false,
    Devices: [],
    VolumesFrom: null,
    PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '8080' }] },
    SecurityOpt: ['seccomp=unconfined', 'no-new-privileges'],
  });
});
