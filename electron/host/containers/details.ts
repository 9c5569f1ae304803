import { nanoCpus } from '../../../guest-agent/grammar/cpus.ts';
import { createRequest } from '../../../guest-agent/grammar/create-request.ts';
import { splitEntry } from '../../../guest-agent/grammar/key-values.ts';
import { NETWORK_RATE_LABEL } from '../../../guest-agent/grammar/network-rate.ts';
import { runCommand } from '../../../guest-agent/grammar/run-command.ts';
import { quoteWords, shellOf } from '../../../guest-agent/grammar/shell-words.ts';
import { type ContainerDetails, containerDetailsSchema } from '../../api/container-details.ts';
import { HostError } from '../base/errors.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import { askLike } from './ask-like.ts';
import { type Config, type ContainerDocument, readDocument, readImageConfig } from './document.ts';

/** The details of a container for its page. */
export async function readDetails(client: EngineClient, id: string): Promise<ContainerDetails> {
  const { raw, document } = await readDocument(client, id);
  const { Config, HostConfig } = document;
  return {
    command: [...Config.Entrypoint, ...Config.Cmd],
    workingDirectory: Config.WorkingDir || '/',
    user: Config.User,
    hostname: Config.Hostname,
    environment: Config.Env.map(splitVariable),
    mounts: document.Mounts.map(({ Type, Name, Source, Destination, RW }) => ({
      kind: Type,
      source: Name ?? Source,
      destination: Destination,
      readOnly: RW === false,
    })),
    networks: networksOf(document),
    labels: Config.Labels,
    limits: limitsOf(document),
    restartCount: document.RestartCount,
    removedAtEnd: HostConfig.AutoRemove ?? false,
    privileged: HostConfig.Privileged ?? false,
    ...healthOf(document),
    runCommand: commandLike(raw, document, await imageConfig(client, document)),
    document: JSON.stringify(raw, undefined, 2),
  };
}

/**
 * A `docker run` command that creates a container like this one, quoted for a shell of the host.
 */
function commandLike(raw: unknown, document: ContainerDocument, image: Config): string {
  const request = createRequest(askLike(raw, document, image));
  const name = document.Name.replace(/^\//, '');
  return quoteWords(runCommand({ program: 'docker', request, name }), shellOf(process.platform));
}

/** An image that was removed while its container exists has no details. */
async function imageConfig(client: EngineClient, document: ContainerDocument): Promise<Config> {
  try {
    return (await readImageConfig(client, document.Image)).config;
  } catch (error) {
    if (!(error instanceof HostError && error.status === 404)) throw error;
    const { Env: _, Labels: __, ...nothing } = document.Config;
    return { ...nothing, Env: [], Labels: {} };
  }
}

function splitVariable(entry: string): { name: string; value: string } {
  const [name, value = ''] = splitEntry(entry);
  return { name, value };
}

const networksOf = ({ NetworkSettings }: ContainerDocument) =>
  Object.entries(NetworkSettings.Networks).map(([name, endpoint]) => ({
    name,
    address: endpoint.IPAddress,
    gateway: endpoint.Gateway,
    macAddress: endpoint.MacAddress,
    aliases: endpoint.Aliases,
  }));

function limitsOf({ Config, HostConfig }: ContainerDocument): ContainerDetails['limits'] {
  const { NanoCpus, CpuQuota, CpuPeriod, Memory, PidsLimit, RestartPolicy } = HostConfig;
  const cpus =
    NanoCpus > 0 ? NanoCpus / nanoCpus(1) : CpuQuota > 0 ? CpuQuota / (CpuPeriod || 1e5) : 0;
  const networkRate = Config.Labels[NETWORK_RATE_LABEL];
  const { policy } = containerDetailsSchema.shape.limits.shape.restart.shape;
  return {
    ...(cpus > 0 ? { cpus } : {}),
    ...(Memory > 0 ? { memory: Memory } : {}),
    ...(PidsLimit > 0 ? { pids: PidsLimit } : {}),
    ...(networkRate === undefined ? {} : { networkRate }),
    restart: {
      policy: policy.catch('no').parse(RestartPolicy?.Name),
      retries: RestartPolicy?.MaximumRetryCount ?? 0,
    },
  };
}

function healthOf({ State: { Health } }: ContainerDocument): Pick<ContainerDetails, 'health'> {
  if (!Health || Health.Status === 'none') return {};
  const results = Health.Log.map(({ Start, ExitCode, Output }) => ({
    startedAt: Start,
    exitCode: ExitCode,
    output: Output,
  }));
  const { Status, FailingStreak } = Health;
  return { health: { status: Status, failingStreak: FailingStreak, results: results.reverse() } };
}
