import { nanoCpus } from '../../../guest-agent/grammar/cpus.ts';
import { createRequest } from '../../../guest-agent/grammar/create-request.ts';
import { defined } from '../../../guest-agent/grammar/defined.ts';
import { splitEntry } from '../../../guest-agent/grammar/key-values.ts';
import { NETWORK_RATE_LABEL } from '../../../guest-agent/grammar/network-rate.ts';
import { runCommand } from '../../../guest-agent/grammar/run-command.ts';
import { quoteWords, shellOf } from '../../../guest-agent/grammar/shell-words.ts';
import { type ContainerDetails, containerDetailsSchema } from '../../api/container-details.ts';
import { loggerOf } from '../base/log.ts';
import type { Config } from '../engine/config-schema.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import type { ContainerInspection } from '../engine/container-inspection.ts';
import { readContainer } from '../engine/containers.ts';
import { inspectImageIfPresent } from '../engine/images.ts';
import { askLike } from './ask-like.ts';

const log = loggerOf('containers');

/** The details of a container for its page. */
export async function readDetails(client: EngineClient, id: string): Promise<ContainerDetails> {
  const { document, inspection } = await readContainer(client, id);
  const { Config, HostConfig } = inspection;
  return {
    command: [...Config.Entrypoint, ...Config.Cmd],
    workingDirectory: Config.WorkingDir || '/',
    user: Config.User,
    hostname: Config.Hostname,
    environment: Config.Env.map(splitVariable),
    mounts: inspection.Mounts.map(({ Type, Name, Source, Destination, RW }) => ({
      kind: Type,
      source: Name ?? Source,
      destination: Destination,
      readOnly: RW === false,
    })),
    networks: networksOf(inspection),
    labels: Config.Labels,
    limits: limitsOf(inspection),
    restartCount: inspection.RestartCount,
    removedAtEnd: HostConfig.AutoRemove,
    privileged: HostConfig.Privileged,
    ...healthOf(inspection),
    ...defined({
      runCommand: await log.attempt(
        `The run command for container ${id}`,
        commandLike(client, document, inspection),
        'warn',
      ),
    }),
    document: JSON.stringify(document, undefined, 2),
  };
}

/**
 * A `docker run` command that creates a container like this one, quoted for a shell of the host.
 */
async function commandLike(
  client: EngineClient,
  document: unknown,
  inspection: ContainerInspection,
): Promise<string> {
  const image = await imageConfig(client, inspection);
  const request = createRequest(askLike(document, inspection, image));
  const name = inspection.Name.replace(/^\//, '');
  return quoteWords(runCommand({ program: 'docker', request, name }), shellOf(process.platform));
}

/** An image that was removed while its container exists has no details. */
async function imageConfig(
  client: EngineClient,
  { Image, Config }: ContainerInspection,
): Promise<Config> {
  const image = await inspectImageIfPresent(client, Image);
  return image?.Config ?? { ...Config, Env: [], Labels: {} };
}

function splitVariable(entry: string): { name: string; value: string } {
  const [name, value = ''] = splitEntry(entry);
  return { name, value };
}

const networksOf = ({ NetworkSettings }: ContainerInspection) =>
  Object.entries(NetworkSettings.Networks).map(([name, endpoint]) => ({
    name,
    address: endpoint.IPAddress,
    gateway: endpoint.Gateway,
    macAddress: endpoint.MacAddress,
    aliases: endpoint.Aliases,
  }));

function limitsOf({ Config, HostConfig }: ContainerInspection): ContainerDetails['limits'] {
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

function healthOf({ State: { Health } }: ContainerInspection): Pick<ContainerDetails, 'health'> {
  if (!Health || Health.Status === 'none') return {};
  const results = Health.Log.map(({ Start, ExitCode, Output }) => ({
    startedAt: Start,
    exitCode: ExitCode,
    output: Output,
  }));
  const { Status, FailingStreak } = Health;
  return { health: { status: Status, failingStreak: FailingStreak, results: results.reverse() } };
}
