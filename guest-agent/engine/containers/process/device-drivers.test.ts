import { expect, it } from 'vitest';
import { hostConfigSchema } from '../request/config.ts';
import { requireDeviceDrivers } from './device-drivers.ts';

const start = (request: object) =>
  requireDeviceDrivers(hostConfigSchema.parse({ DeviceRequests: [request] }));

it('names the driver and the capabilities that nothing has', () => {
  expect(() => start({ Driver: '', Count: -1, Capabilities: [['gpu']] })).toThrow(
    'could not select device driver "" with capabilities: [[gpu]]',
  );
  expect(() => start({ Driver: 'nvidia', Capabilities: [['gpu', 'compute']] })).toThrow(
    'could not select device driver "nvidia" with capabilities: [[gpu compute]]',
  );
  requireDeviceDrivers(hostConfigSchema.parse({}));
});
