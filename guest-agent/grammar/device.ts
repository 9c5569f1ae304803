import type { DeviceMapping, DeviceWeight, ThrottleDevice } from './engine-types.ts';
import { GrammarError } from './grammar-error.ts';
import { formatSize, parseSize } from './size.ts';

const isAccess = (word: string) => /^[rwm]{1,3}$/.test(word);

/** Reads `/dev/sdc[:/dev/xvdc][:rwm]`. */
export function parseDevice(text: string): DeviceMapping {
  const [path = '', second = '', third, ...rest] = text.split(':');
  const access = third ?? (isAccess(second) ? second : 'rwm');
  const inContainer = second === '' || (third === undefined && isAccess(second)) ? path : second;
  if (!path.startsWith('/') || !inContainer.startsWith('/') || !isAccess(access) || rest.length) {
    throw new GrammarError(`invalid device "${text}": expected /dev/NAME[:PATH][:rwm]`);
  }
  return { PathOnHost: path, PathInContainer: inContainer, CgroupPermissions: access };
}

/** An empty path in the container, or empty permissions, stand for the default. */
export function formatDevice(device: DeviceMapping): string {
  const { PathOnHost = '', PathInContainer, CgroupPermissions } = device;
  return [
    PathOnHost,
    ...(!PathInContainer || PathInContainer === PathOnHost ? [] : [PathInContainer]),
    ...(!CgroupPermissions || CgroupPermissions === 'rwm' ? [] : [CgroupPermissions]),
  ].join(':');
}

/** Reads `/dev/vdb:500`, of --blkio-weight-device. */
export function parseDeviceWeight(text: string): DeviceWeight {
  const [, path, weight] = /^(\/dev\/.+):(\d+)$/.exec(text) ?? [];
  if (path === undefined) {
    throw new GrammarError(`invalid device weight "${text}": expected /dev/NAME:WEIGHT`);
  }
  return { Path: path, Weight: Number(weight) };
}

export const formatDeviceWeight = ({ Path, Weight }: DeviceWeight): string => `${Path}:${Weight}`;

/** Reads `/dev/vdb:1mb`, of --device-read-bps. */
export const parseThrottle = (text: string): ThrottleDevice =>
  throttle(text, 'RATE', (rate) => parseSize(rate));

/** Reads `/dev/vdb:1000`, of --device-read-iops. */
export const parseOperations = (text: string): ThrottleDevice =>
  throttle(text, 'NUMBER', (rate) => (/^\d+$/.test(rate) ? Number(rate) : undefined));

function throttle(
  text: string,
  what: string,
  parse: (rate: string) => number | undefined,
): ThrottleDevice {
  const [, path, rateText = ''] = /^(\/dev\/.*):([^:]*)$/.exec(text) ?? [];
  const rate = path === undefined ? undefined : parse(rateText);
  if (rate === undefined) {
    throw new GrammarError(`invalid device rate "${text}": expected /dev/NAME:${what}`);
  }
  return { Path: path ?? '', Rate: rate };
}

export const formatThrottle = ({ Path, Rate = 0 }: ThrottleDevice): string =>
  `${Path}:${formatSize(Rate)}`;

export const formatOperations = ({ Path, Rate }: ThrottleDevice): string => `${Path}:${Rate}`;
