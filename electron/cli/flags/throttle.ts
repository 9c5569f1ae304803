import type { ThrottleDevice } from '../../../guest-agent/contract/engine-types.ts';
import { HostError } from '../../host/base/errors.ts';
import { parseBytes } from './bytes.ts';

/** Parses `--device-read-bps /dev/vdb:1mb`. */
export function parseThrottle(text: string): ThrottleDevice {
  const colon = text.lastIndexOf(':');
  const path = text.slice(0, colon);
  if (colon < 0 || !path.startsWith('/dev/')) {
    throw new HostError('invalid', `invalid device rate "${text}": expected /dev/NAME:RATE`);
  }
  return { Path: path, Rate: parseBytes(text.slice(colon + 1)) };
}
