import { expect, it } from 'vitest';
import { PortPool } from '../../../network/port-pool.ts';
import { hostConfigSchema } from '../request/config.ts';
import { checkPortBindings, takePorts } from './published-ports.ts';

const host = (fields: object) => hostConfigSchema.parse(fields);
const take = (pool: PortPool, fields: object, exposed: string[] = [], hostIp = '') =>
  takePorts(pool, { host: host(fields), exposed, hostIp }).map(
    (port) => `${port.hostIp} ${port.hostPort} ${port.port}`,
  );

it('binds the requested ports, on every address by default', () => {
  const PortBindings = {
    '80/tcp': [{ HostPort: '8080' }, { HostIp: '127.0.0.1', HostPort: '9090' }],
    '53/udp': [{ HostIp: '::1', HostPort: '53' }],
  };
  expect(take(new PortPool(), { PortBindings })).toEqual([
    '0.0.0.0 8080 80/tcp',
    ':: 8080 80/tcp',
    '127.0.0.1 9090 80/tcp',
    '::1 53 53/udp',
  ]);
});

it('keeps a port for the binding that names it', () => {
  const PortBindings = {
    '1/tcp': [{ HostIp: '0.0.0.0', HostPort: '' }],
    '2/tcp': [{ HostIp: '0.0.0.0', HostPort: '8000-8001' }],
    '3/tcp': [{ HostIp: '0.0.0.0', HostPort: '8000' }],
    '4/tcp': [{ HostIp: '0.0.0.0', HostPort: '32768' }],
  };
  expect(take(new PortPool(), { PortBindings })).toEqual([
    '0.0.0.0 8000 3/tcp',
    '0.0.0.0 32768 4/tcp',
    '0.0.0.0 8001 2/tcp',
    '0.0.0.0 32769 1/tcp',
  ]);
});

it('publishes all exposed ports without a binding', () => {
  const fields = { PublishAllPorts: true, PortBindings: { '80/tcp': [{ HostPort: '8080' }] } };
  expect(take(new PortPool(), fields, ['80/tcp', '81/tcp'], '127.0.0.1')).toEqual([
    '127.0.0.1 8080 80/tcp',
    '127.0.0.1 32768 81/tcp',
  ]);
});

it('takes nothing if one port is in use', () => {
  const pool = new PortPool();
  take(pool, { PortBindings: { '80/tcp': [{ HostPort: '81' }] } });
  const both = { '1/tcp': [{ HostPort: '80' }], '2/tcp': [{ HostPort: '81' }] };
  expect(() => take(pool, { PortBindings: both })).toThrow('Bind for 0.0.0.0:81 failed');
  expect(take(pool, { PortBindings: { '1/tcp': [{ HostPort: '80' }] } })).toHaveLength(2);
});

it.each([
  [{ 'x/tcp': [] }, '"x/tcp"'],
  [{ '80/icmp': [] }, '"80/icmp"'],
  [{ '70000/tcp': [] }, '"70000/tcp"'],
  [{ '80/tcp': [{ HostPort: 'http' }] }, '"http"'],
  [{ '80/tcp': [{ HostPort: '9-8' }] }, '"9-8"'],
  [{ '80/tcp': [{ HostPort: '65536' }] }, '"65536"'],
])('refuses %o', (PortBindings, named) => {
  expect(() => checkPortBindings(host({ PortBindings }))).toThrow(
    `invalid port specification: ${named}`,
  );
});
