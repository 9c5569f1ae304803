import { expect, it } from 'vitest';
import { PortPool } from './port-pool.ts';

const every = ['0.0.0.0', '::'];
const numbers = (ports: { hostPort: number }[]) => ports.map(({ hostPort }) => hostPort);

it('gives a port to one container at a time', () => {
  const pool = new PortPool();
  const [first] = pool.take('tcp', every, 80, 80);
  expect(() => pool.take('tcp', every, 80, 80)).toThrow(
    'Bind for 0.0.0.0:80 failed: port is already allocated',
  );
  expect(() => pool.take('tcp', ['127.0.0.1'], 80, 80)).toThrow('Bind for 127.0.0.1:80 failed');
  expect(numbers(pool.take('udp', every, 80, 80))).toEqual([80, 80]);
  if (first) pool.release(first);
  expect(numbers(pool.take('tcp', ['127.0.0.1'], 80, 80))).toEqual([80]);
  expect(numbers(pool.take('tcp', ['127.0.0.2'], 80, 80))).toEqual([80]);
});

it('takes the first free port of a range', () => {
  const pool = new PortPool();
  pool.hold({ protocol: 'tcp', hostIp: '0.0.0.0', hostPort: 8000 });
  expect(numbers(pool.take('tcp', ['0.0.0.0'], 8000, 8001))).toEqual([8001]);
  expect(() => pool.take('tcp', ['0.0.0.0'], 8000, 8001)).toThrow('all ports are allocated');
});

it('chooses a port of the ephemeral range, and not the same one immediately', () => {
  const pool = new PortPool();
  const ports = pool.take('tcp', every, 0, 0);
  expect(numbers(ports)).toEqual([32_768, 32_768]);
  for (const port of ports) pool.release(port);
  expect(numbers(pool.take('tcp', every, 0, 0))).toEqual([32_769, 32_769]);
});
