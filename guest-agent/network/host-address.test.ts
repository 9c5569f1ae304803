import { expect, it } from 'vitest';
import { defaultGateway } from './host-address.ts';

const header =
  'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT';
const bridge = 'br-1\t000012AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0';
const route = (metric: number, gateway: string) =>
  `eth0\t00000000\t${gateway}\t0003\t0\t0\t${metric}\t00000000\t0\t0\t0`;

it('finds the gateway of the best default route', () => {
  const routes = [header, bridge, route(200, '0102A8C0'), route(0, '0202000A'), ''].join('\n');
  expect(defaultGateway(routes)).toBe('10.0.2.2');
});

it('returns undefined without a default route', () => {
  expect(defaultGateway([header, bridge, ''].join('\n'))).toBeUndefined();
  expect(defaultGateway('')).toBeUndefined();
});
