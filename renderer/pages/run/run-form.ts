import type { MountRequest, PortRequest, RunRequest } from '../../../electron/api/run.ts';
import { isPort as isPortNumber } from '../../../guest-agent/grammar/port.ts';
import { splitWords } from '../../../guest-agent/grammar/shell-words.ts';

export interface Variable {
  readonly name: string;
  readonly value: string;
}

/** A row that can be added and removed. Its `key` is unique. */
interface Row {
  readonly key: string;
}

export interface PortRow extends Row {
  readonly host: string;
  readonly container: string;
  readonly protocol: 'tcp' | 'udp';
}

export interface MountRow extends Row {
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

export type VariableRow = Row & Variable;

/** The form's content as typed: numbers are text, and empty fields use the image's defaults. */
export interface RunForm {
  readonly name: string;
  readonly command: string;
  readonly entrypoint: string;
  readonly tty: boolean;
  readonly ports: readonly PortRow[];
  readonly mounts: readonly MountRow[];
  readonly env: readonly VariableRow[];
  readonly labels: readonly VariableRow[];
  /** MiB. */
  readonly memory: string;
  readonly cpus: string;
  readonly pids: string;
  /** MiB per second. */
  readonly diskRead: string;
  readonly diskWrite: string;
  /** Mbit per second. */
  readonly networkOut: string;
  readonly networkIn: string;
  readonly restart: NonNullable<RunRequest['restart']>;
  readonly restartCount: string;
  readonly network: string;
  readonly hostname: string;
  readonly user: string;
  readonly workdir: string;
  readonly autoRemove: boolean;
  readonly readOnly: boolean;
  readonly privileged: boolean;
  readonly init: boolean;
}

export const EMPTY_FORM: RunForm = {
  name: '',
  command: '',
  entrypoint: '',
  tty: true,
  ports: [],
  mounts: [],
  env: [],
  labels: [],
  memory: '',
  cpus: '',
  pids: '',
  diskRead: '',
  diskWrite: '',
  networkOut: '',
  networkIn: '',
  restart: 'no',
  restartCount: '',
  network: '',
  hostname: '',
  user: '',
  workdir: '',
  autoRemove: false,
  readOnly: false,
  privileged: false,
  init: false,
};

const MIB = 1024 ** 2;

/** The request that the form describes. Call it only when `validateForm` finds no problem. */
export function toRequest(image: string, form: RunForm): RunRequest {
  const command = splitWords(form.command) ?? [];
  const ports = form.ports.map(portOf).filter((port) => port !== undefined);
  const mounts = form.mounts.filter(isMount).map(mountOf);
  const env = form.env.filter(({ name }) => name.trim() !== '');
  const labels = form.labels.filter(({ name }) => name.trim() !== '');
  return {
    image: image.trim(),
    tty: form.tty,
    ...optional('name', form.name.trim()),
    ...optional('entrypoint', form.entrypoint.trim()),
    ...(command.length > 0 && { command }),
    ...(ports.length > 0 && { ports }),
    ...(mounts.length > 0 && { mounts }),
    ...(env.length > 0 && { env: env.map(({ name, value }) => `${name.trim()}=${value}`) }),
    ...(labels.length > 0 && {
      labels: Object.fromEntries(labels.map(({ name, value }) => [name.trim(), value])),
    }),
    ...amount('memory', form.memory, MIB),
    ...amount('cpus', form.cpus),
    ...amount('pids', form.pids),
    ...amount('diskRead', form.diskRead, MIB),
    ...amount('diskWrite', form.diskWrite, MIB),
    ...amount('networkOut', form.networkOut, 1e6),
    ...amount('networkIn', form.networkIn, 1e6),
    ...(form.restart !== 'no' && { restart: form.restart }),
    ...(form.restart === 'on-failure' && { restartCount: Number(form.restartCount) }),
    ...optional('network', form.network.trim()),
    ...optional('hostname', form.hostname.trim()),
    ...optional('user', form.user.trim()),
    ...optional('workdir', form.workdir.trim()),
    ...(form.autoRemove && { autoRemove: true }),
    ...(form.readOnly && { readOnly: true }),
    ...(form.privileged && { privileged: true }),
    ...(form.init && { init: true }),
  };
}

/** The host port of a row; undefined while the row has none. */
export function portOf({ host, container, protocol }: PortRow): PortRequest | undefined {
  if (!isPort(container)) return undefined;
  return {
    ...(isPort(host) && { hostPort: Number(host) }),
    containerPort: Number(container),
    protocol,
  };
}

export const isPort = (text: string) => /^\d+$/.test(text) && isPortNumber(Number(text));

/** A row that says where something is mounted. */
export const isMount = ({ target }: MountRow) => target.trim() !== '';

function mountOf({ source, target, readOnly }: MountRow): MountRequest {
  return { ...optional('source', source.trim()), target: target.trim(), readOnly };
}

const optional = <Name extends string>(name: Name, value: string) =>
  (value === '' ? {} : { [name]: value }) as { readonly [Key in Name]?: string };

const amount = <Name extends string>(name: Name, text: string, unit = 1) =>
  (text.trim() === ''
    ? {}
    : { [name]: unit === MIB ? Math.round(Number(text) * unit) : Number(text) * unit }) as {
    readonly [Key in Name]?: number;
  };
