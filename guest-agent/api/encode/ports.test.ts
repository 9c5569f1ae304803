import { expect, it } from 'vitest';
import { testRecord } from '../../engine/testing/test-engine.ts';
import { listedPorts } from './ports.ts';

const host = { PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '8080' }] } };

it('lists ports while the container runs, and none when it does not', () => {
  expect(listedPorts(testRecord({ status: 'running' }, host))).toEqual([
    { IP: '0.0.0.0', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
  ]);
  expect(listedPorts(testRecord({ status: 'exited' }, host))).toEqual([]);
});
