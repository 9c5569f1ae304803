import {
  containerDisk,
  type MountRequest,
  NETWORK_RATE_LABEL,
  type PortRequest,
  type RunRequest,
} from './run.ts';

/** The words of a `berth run` command that makes the same request. */
export function runCommand(request: RunRequest): string[] {
  const { restart, restartCount = 0, labels = {} } = request;
  const rate = networkRate(request);
  return [
    ...['berth', 'run', '--detach'],
    ...(request.tty ? ['--interactive', '--tty'] : []),
    ...flag('--name', request.name),
    ...(request.ports ?? []).flatMap((port) => ['--publish', publishFlag(port)]),
    ...(request.mounts ?? []).flatMap((mount) => ['--volume', volumeFlag(mount)]),
    ...(request.env ?? []).flatMap((entry) => ['--env', entry]),
    ...flag('--memory', sizeText(request.memory)),
    ...flag('--cpus', request.cpus?.toString()),
    ...flag('--pids-limit', request.pids?.toString()),
    ...flag('--device-read-bps', diskRate(request.diskRead)),
    ...flag('--device-write-bps', diskRate(request.diskWrite)),
    ...flag('--network-rate', rate),
    ...flag('--restart', restart === 'on-failure' ? `${restart}:${restartCount}` : restart),
    ...flag('--network', request.network),
    ...flag('--hostname', request.hostname),
    ...flag('--user', request.user),
    ...flag('--workdir', request.workdir),
    ...Object.entries(labels).flatMap(([name, value]) => ['--label', `${name}=${value}`]),
    ...(request.autoRemove ? ['--rm'] : []),
    ...(request.readOnly ? ['--read-only'] : []),
    ...(request.privileged ? ['--privileged'] : []),
    ...(request.init ? ['--init'] : []),
    ...flag('--entrypoint', request.entrypoint),
    request.image,
    ...(request.command ?? []),
  ];
}

/** The label's value for these traffic limits; undefined for no limit. */
export function networkRate({ networkOut, networkIn }: RunRequest): string | undefined {
  const parts = [
    ...(networkOut === undefined ? [] : [`egress=${networkOut / 1e6}mbit`]),
    ...(networkIn === undefined ? [] : [`ingress=${networkIn / 1e6}mbit`]),
  ];
  return parts.length > 0 ? parts.join(',') : undefined;
}

/** The labels, including those that stand for settings. */
export function labelsOf(request: RunRequest): Record<string, string> {
  const rate = networkRate(request);
  return { ...request.labels, ...(rate === undefined ? {} : { [NETWORK_RATE_LABEL]: rate }) };
}

/** `[SOURCE:]TARGET[:ro]`, for a mount with a source. */
export const volumeFlag = ({ source, target, readOnly }: MountRequest): string =>
  source === undefined ? target : `${source}:${target}${readOnly ? ':ro' : ''}`;

/**
 * A command line to paste into the shell of the system: PowerShell on Windows, any other elsewhere.
 */
export function quoteWords(words: readonly string[], platform: string): string {
  const escaped = platform === 'win32' ? "''" : `'\\''`;
  return words
    .map((word) =>
      /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", () => escaped)}'`,
    )
    .join(' ');
}

const flag = (name: string, value: string | undefined): string[] =>
  value === undefined ? [] : [name, value];

function publishFlag({ address, hostPort, containerPort, protocol }: PortRequest): string {
  const host = address?.includes(':') ? `[${address}]` : address;
  const parts = [
    ...(host === undefined ? [] : [host]),
    ...(host === undefined && hostPort === undefined ? [] : [hostPort?.toString() ?? '']),
    `${containerPort}${protocol === 'tcp' ? '' : `/${protocol}`}`,
  ];
  return parts.join(':');
}

const diskRate = (rate: number | undefined) =>
  rate === undefined ? undefined : `${containerDisk}:${sizeText(rate)}`;

/** `512m`: in the largest unit that is exact. */
function sizeText(bytes: number | undefined): string | undefined {
  if (bytes === undefined) return undefined;
  const [unit, size] = [
    ['g', 1024 ** 3] as const,
    ['m', 1024 ** 2] as const,
    ['k', 1024] as const,
  ].find(([, each]) => bytes % each === 0) ?? ['', 1];
  return `${bytes / size}${unit}`;
}
