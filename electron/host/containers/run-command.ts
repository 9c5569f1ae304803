import type { Config } from '../engine/config-schema.ts';
import type { ContainerInspection } from '../engine/container-inspection.ts';
import { ownConfig } from './requested-config.ts';

/** A `docker run` that makes a container like this one, quoted for a POSIX shell. */
export function runCommand(document: ContainerInspection, image: Config): string {
  const { Config, HostConfig } = document;
  const own = ownConfig(Config, image);
  const [entrypoint, ...entrypointArguments] = own.Entrypoint ?? [];
  const words = [
    ...['docker', 'run', Config.Tty || Config.OpenStdin ? '-it' : '-d'],
    ...['--name', document.Name.replace(/^\//, '')],
    ...(HostConfig.AutoRemove ? ['--rm'] : []),
    ...(HostConfig.Privileged ? ['--privileged'] : []),
    ...restartWords(HostConfig.RestartPolicy),
    ...networkWords(HostConfig.NetworkMode),
    ...portWords(HostConfig.PortBindings),
    ...mountWords(document),
    ...each('--env', own.Env),
    ...each(
      '--label',
      Object.entries(own.Labels).map(([name, value]) => `${name}=${value}`),
    ),
    ...each('--cap-add', HostConfig.CapAdd),
    ...each('--cap-drop', HostConfig.CapDrop),
    ...limitWords(HostConfig),
    ...(own.User ? ['--user', own.User] : []),
    ...(own.WorkingDir ? ['--workdir', own.WorkingDir] : []),
    ...(entrypoint === undefined ? [] : ['--entrypoint', entrypoint]),
    Config.Image,
    ...entrypointArguments,
    ...(own.Cmd ?? []),
  ];
  return words.map(quote).join(' ');
}

const each = (flag: string, values: readonly string[]) => values.flatMap((value) => [flag, value]);

function restartWords(policy: ContainerInspection['HostConfig']['RestartPolicy']): string[] {
  if (!policy?.Name || policy.Name === 'no') return [];
  const retries = policy.MaximumRetryCount > 0 ? `:${policy.MaximumRetryCount}` : '';
  return ['--restart', policy.Name + retries];
}

const networkWords = (mode: string) =>
  ['', 'default', 'bridge'].includes(mode) ? [] : ['--network', mode];

function portWords(bindings: ContainerInspection['HostConfig']['PortBindings']): string[] {
  const ports = Object.entries(bindings).flatMap(([port, hosts]) =>
    hosts.map(({ HostIp, HostPort }) => {
      const address = HostIp.includes(':') ? `[${HostIp}]:` : HostIp && `${HostIp}:`;
      const host = address !== '' || HostPort !== '' ? `${address}${HostPort}:` : '';
      return host + port.replace(/\/tcp$/, '');
    }),
  );
  return each('--publish', ports);
}

/** Volumes that got a name by themselves get new ones. */
function mountWords({ HostConfig, Mounts }: ContainerInspection): string[] {
  const asked = Mounts.filter(({ Destination }) =>
    HostConfig.Mounts.some(({ Target }) => Target === Destination),
  ).map(({ Type, Name, Source, Destination, RW }) => {
    const source = Type === 'tmpfs' ? '' : `,source=${Name ?? Source}`;
    return `type=${Type}${source},target=${Destination}${RW === false ? ',readonly' : ''}`;
  });
  return [...each('--volume', HostConfig.Binds), ...each('--mount', asked)];
}

function limitWords({ NanoCpus, Memory, PidsLimit }: ContainerInspection['HostConfig']): string[] {
  return [
    ...(NanoCpus > 0 ? ['--cpus', String(NanoCpus / 1e9)] : []),
    ...(Memory > 0 ? ['--memory', `${Memory}b`] : []),
    ...(PidsLimit > 0 ? ['--pids-limit', String(PidsLimit)] : []),
  ];
}

const quote = (word: string) =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
