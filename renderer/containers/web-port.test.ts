import { expect, it } from 'vitest';
import { isWebPort } from './web-port.ts';

it.each([
  [80, 'tcp', true],
  [3000, 'tcp', true],
  [5432, 'tcp', false],
  [53, 'udp', false],
])('%d/%s opens in a browser: %s', (port, protocol, opens) => {
  expect(isWebPort(port, protocol)).toBe(opens);
});
