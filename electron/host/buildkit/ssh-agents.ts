import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { SSH } from '../../../guest-agent/buildkit/generated/github.com/moby/buildkit/session/sshforward/ssh_pb.js';
import { bidirectional, type Method, unary } from '../../../guest-agent/buildkit/grpc/server.ts';
import { GrpcError, grpcCode } from '../../../guest-agent/buildkit/grpc/status.ts';
import { writeTo } from '../../../guest-agent/contract/stream-flow.ts';
import { splitEntry } from '../../../guest-agent/grammar/key-values.ts';
import { HostError } from '../base/errors.ts';

/** The sockets of SSH agents, by the name that the Dockerfile uses. */
export type Agents = ReadonlyMap<string, string>;

/** Where OpenSSH's agent listens on Windows. */
const WINDOWS_AGENT = '\\\\.\\pipe\\openssh-ssh-agent';

/** Reads `--ssh default` or `--ssh NAME=SOCKET`. Throws HostError 'invalid'. */
export function parseAgents(
  flags: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): Agents {
  return new Map(
    flags.map((flag) => {
      const [id, given] = splitEntry(flag);
      const usual = environment.SSH_AUTH_SOCK || (platform === 'win32' ? WINDOWS_AGENT : undefined);
      const socket = given ?? usual;
      if (socket === undefined) {
        throw new HostError(
          'invalid',
          'invalid empty ssh agent socket: make sure SSH_AUTH_SOCK is set',
        );
      }
      return [id || 'default', socket];
    }),
  );
}

/** Connects `RUN --mount=type=ssh` to the user's SSH agents. */
export function sshServices(agents: Agents): Method[] {
  const find = (id: string): string => {
    const socket = agents.get(id || 'default');
    if (socket !== undefined) return socket;
    throw new GrpcError(grpcCode.unknown, `unset ssh forward key ${id || 'default'}`);
  };
  return [
    unary(SSH.method.checkAgent, async ({ ID }) => {
      find(ID);
      return {};
    }),
    bidirectional(SSH.method.forwardAgent, async function* (requests, { headers, signal }) {
      const agent = connect(find(String(headers['buildkit.ssh.id'] ?? '')));
      const close = () => {
        agent.destroy();
      };
      signal.addEventListener('abort', close);
      const sending = sendAll(requests, agent);
      try {
        await once(agent, 'connect');
        for await (const data of agent) yield { data: data as Buffer };
      } finally {
        agent.destroy();
        signal.removeEventListener('abort', close);
        await sending;
      }
    }),
  ];
}

/** A broken connection to the agent appears where its answers are read. */
async function sendAll(
  requests: AsyncIterable<{ readonly data: Uint8Array }>,
  agent: Socket,
): Promise<void> {
  try {
    for await (const { data } of requests) await writeTo(agent, data);
    agent.end();
  } catch (error) {
    agent.destroy(error instanceof Error ? error : undefined);
  }
}
