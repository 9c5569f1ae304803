import { expect, it } from 'vitest';
import { hostConfigSchema } from './config.ts';
import { checkSupported } from './unsupported.ts';

const check = (host: object) => checkSupported(hostConfigSchema.parse(host));

it('says what it cannot do rather than leaving it out', () => {
  expect(() => check({ Init: true, VolumesFrom: ['other'] })).toThrow(
    "not possible yet: an init process in the container (--init); another container's volumes",
  );
  expect(() => check({ Devices: [{ PathOnHost: '/dev/fuse' }] })).toThrow('--device');
  expect(() => check({ VolumesFrom: ['other'] })).toThrow('--volumes-from');
  expect(() => check({ SecurityOpt: ['seccomp={"defaultAction":"SCMP_ACT_ERRNO"}'] })).toThrow(
    'profile of your own',
  );
});

it('lets everything else through, as clients send it', () => {
  check({
    Init: null,
    PublishAllPorts: true,
    Devices: [],
    VolumesFrom: null,
    PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '8080' }] },
    SecurityOpt: ['seccomp=unconfined', 'no-new-privileges'],
  });
});
