import type {
  BlkioWeightDevice,
  DeviceMapping,
} from '../../../guest-agent/contract/engine-types.ts';
import { HostError } from '../../host/base/errors.ts';

/** Parses `--device /dev/sdc[:/dev/xvdc][:rwm]`. */
export function parseDevice(text: string): DeviceMapping {
  const [path = '', second = '', third, ...rest] = text.split(':');
  const isAccess = (word: string) => /^[rwm]{1,3}$/.test(word);
  const access = third ?? (isAccess(second) ? second : 'rwm');
  const inContainer = second === '' || (third === undefined && isAccess(second)) ? path : second;
  if (!path.startsWith('/') || !inContainer.startsWith('/') || !isAccess(access) || rest.length) {
    throw new HostError('invalid', `invalid device "${text}": expected /dev/NAME[:PATH][:rwm]`);
  }
  return { PathOnHost: path, PathInContainer: inContainer, CgroupPermissions: access };
}

/** Parses `--blkio-weight-device /dev/vdb:500`. */
export function parseDeviceWeight(text: string): BlkioWeightDevice {
  const [, path, weight] = /^(\/dev\/.+):(\d+)$/.exec(text) ?? [];
  if (path === undefined) {
    throw new HostError('invalid', `invalid device weight "${text}": expected /dev/NAME:WEIGHT`);
  }
  return { Path: path, Weight: Number(weight) };
}
