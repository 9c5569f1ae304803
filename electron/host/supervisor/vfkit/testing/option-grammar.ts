import { closeSync, openSync, readSync } from 'node:fs';

/*
 * vfkit's command line, parsed as its sources do (pkg/cmdline and pkg/config of crc-org/vfkit 0.6.4),
 * for the options that Berth uses. Everything else is an error, as a misspelt option is in vfkit.
 */

export interface ParsedOptions {
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly bootloader: ReadonlyMap<string, string>;
  readonly disks: readonly { readonly path: string; readonly readOnly: boolean }[];
  readonly mac: string;
  readonly console: string;
  readonly hasEntropy: boolean;
  readonly socket: string;
  readonly pidFile: string;
}

const flags = ['cpus', 'memory', 'bootloader', 'device', 'restful-uri', 'pidfile'] as const;
type Flag = (typeof flags)[number];

/** The values of each flag, in order. */
function flagValues(args: readonly string[]): Map<Flag, string[]> {
  const values = new Map<Flag, string[]>();
  for (let index = 0; index < args.length; index += 2) {
    const flag = flags.find((name) => args[index] === `--${name}`);
    if (!flag) throw new Error(`unknown flag: ${args[index]}`);
    const value = args[index + 1];
    if (value === undefined) throw new Error(`flag needs an argument: --${flag}`);
    values.set(flag, [...(values.get(flag) ?? []), value]);
  }
  return values;
}

/** vfkit writes the pid file before it reads the devices, so `onPidFile` is called in between. */
export function parseOptions(
  args: readonly string[],
  onPidFile: (path: string) => void,
): ParsedOptions {
  const values = flagValues(args);
  const last = (flag: Flag) => values.get(flag)?.at(-1) ?? '';
  const [type, ...boot] = quotedList(last('bootloader'));
  if (type !== 'linux') throw new Error(`unknown bootloader type: ${type}`);
  const bootloader = keyed(boot, ['kernel', 'initrd', 'cmdline'], 'Linux bootloaders');
  const pidFile = last('pidfile');
  if (pidFile) onPidFile(pidFile);
  const devices = (values.get('device') ?? []).map((device) => device.split(','));
  const ofType = (wanted: string) => devices.filter(([name]) => name === wanted);
  const known = ['virtio-blk', 'virtio-net', 'virtio-rng', 'virtio-serial'];
  for (const [name = ''] of devices) {
    if (!known.includes(name)) throw new Error(`unknown device type: ${name}`);
  }
  const one = (name: string, keys: readonly string[]) =>
    keyed(ofType(name)[0]?.slice(1) ?? [], keys, `${name} devices`);
  const net = one('virtio-net', ['nat', 'mac']);
  if (!net.has('nat')) throw new Error("one of 'nat' or 'fd' or 'unixSocketPath' must be set");
  const mac = net.get('mac') ?? '';
  if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(mac))
    throw new Error(`address ${mac}: invalid MAC address`);
  const serial = one('virtio-serial', ['logFilePath']).get('logFilePath') ?? '';
  if (!serial) throw new Error("one of 'logFilePath', 'stdio' or 'pty' must be set");
  return {
    ...{ cpus: count(last('cpus'), 'cpus'), memoryMiB: count(last('memory'), 'memory') },
    ...{ bootloader, mac, console: serial, pidFile, socket: socketOf(last('restful-uri')) },
    disks: ofType('virtio-blk').map(([, ...options]) => disk(options)),
    hasEntropy: ofType('virtio-rng').some(({ length }) => length === 1),
  };
}

function count(value: string, flag: string): number {
  if (/^\d+$/.test(value)) return Number(value);
  throw new Error(`invalid argument "${value}" for "--${flag}" flag: strconv.ParseUint`);
}

/** `a,"b,c"` is two values; quotation marks around a whole value are removed. */
function quotedList(text: string): string[] {
  const list = [''];
  let isQuoted = false;
  for (const char of text) {
    if (char === '"') isQuoted = !isQuoted;
    if (char === ',' && !isQuoted) list.push('');
    else list.push(`${list.pop()}${char}`);
  }
  if (isQuoted) throw new Error('mismatched "');
  return list.map(withoutQuotes);
}

const withoutQuotes = (text: string) =>
  text.startsWith('"') && text.endsWith('"') ? text.replace(/^"+|"+$/g, '') : text;

function keyed(options: readonly string[], keys: readonly string[], what: string) {
  return new Map(
    options.map((option) => {
      const at = option.indexOf('=');
      const key = at < 0 ? option : option.slice(0, at);
      if (!keys.includes(key)) throw new Error(`unknown option for ${what}: ${key}`);
      return [key, at < 0 ? '' : withoutQuotes(option.slice(at + 1))] as const;
    }),
  );
}

function disk(options: readonly string[]) {
  const values = keyed(options, ['path', 'type', 'readonly', 'deviceId'], 'virtio-blk devices');
  if (values.get('readonly')) {
    throw new Error(`unexpected value for virtio-blk 'readonly' option: ${values.get('readonly')}`);
  }
  const path = values.get('path') ?? '';
  requireHeader(path);
  return { path, readOnly: values.has('readonly') };
}

function requireHeader(path: string): void {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    throw new Error(`failed to open file ${path}: open ${path}: no such file or directory`);
  }
  const length = readSync(file, Buffer.alloc(4));
  closeSync(file);
  if (length === 0) throw new Error(`failed to read the header of file ${path}: EOF`);
}

function socketOf(uri: string): string {
  const path = /^unix:\/\/(\/[^?#]*)$/.exec(uri)?.[1];
  if (path === undefined) throw new Error(`parse "${uri}": invalid URI for request`);
  const decoded = decodeURIComponent(path);
  if (Buffer.byteLength(decoded) > 103) {
    throw new Error('invalid unix uri: socket path length exceeds macOS limits');
  }
  return decoded;
}
