import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import tls from 'node:tls';
import { EngineError } from '../../errors.ts';
import { programNetwork } from '../../registry/http/transport.ts';
import { ProgramError, run } from '../../runtime/process/program.ts';
import type { BuildClient } from '../session.ts';
import type { GitAddress } from './git-address.ts';
import { redacted } from './redacted.ts';

/** A large repository over a slow connection takes long. */
const DEADLINE = 30 * 60_000;

/** What fetching a repository uses of the client. */
export type GitClient = Pick<BuildClient, 'secret' | 'agent'>;

/** Runs git with the credentials for one repository, until disposed of. */
export interface Git extends AsyncDisposable {
  /** Returns the output. Throws EngineError 'invalid' with git's words. */
  readonly run: (...args: readonly string[]) => Promise<string>;
}

/** `scratch` is for a temporary file. Throws EngineError 'invalid' without an SSH agent. */
export async function openGit(
  address: GitAddress,
  client: GitClient,
  scratch: string,
  signal: AbortSignal,
): Promise<Git> {
  const opened = new AsyncDisposableStack();
  const agent =
    address.scheme === 'ssh'
      ? await client.agent('default', { uid: 0, gid: 0, mode: 0o600 })
      : undefined;
  if (address.scheme === 'ssh' && agent === undefined) {
    throw new EngineError('invalid', 'no SSH key "default" forwarded from the client');
  }
  if (agent !== undefined) opened.use(agent);
  const env = {
    ...(await networkEnvironment(scratch)),
    ...(await authorization(address, client)),
    ...(agent && { SSH_AUTH_SOCK: agent.path }),
    GIT_TERMINAL_PROMPT: '0',
    // The repository chooses the addresses of its submodules, which must not be directories of the
    // engine. The script `git submodule` sets this too.
    GIT_PROTOCOL_FROM_USER: '0',
    // As in BuildKit, which trusts the key that a host shows.
    GIT_SSH_COMMAND:
      'ssh -F /dev/null -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR',
    // Only this code configures git.
    ...{ GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', HOME: '/dev/null' },
    LC_ALL: 'C',
  };
  return {
    run: (...args) => runGit(args, env, signal),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

async function runGit(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<string> {
  const all = ['-c', 'protocol.file.allow=user', '-c', 'init.defaultBranch=master', ...args];
  try {
    // A checkout's permissions depend on the umask.
    const words = ['-c', 'umask 022; exec git "$@"', 'git', ...all];
    return await run('sh', words, { env, signal, deadline: DEADLINE });
  } catch (cause) {
    if (!(cause instanceof ProgramError)) throw cause;
    if (cause.exitCode === 127) {
      throw new EngineError('internal', 'this VM has no git. Update the image of the VM', {
        cause,
      });
    }
    const { stderr, exitCode } = cause;
    // Servers that can't send a part of the history, or a commit by its hash, can send all.
    const fewer = withoutDepth(args, stderr) ?? withoutCommit(args, stderr);
    if (fewer !== undefined) return runGit(fewer, env, signal);
    throw new EngineError('invalid', `git stderr:\n${redacted(stderr)}: exit status ${exitCode}`);
  }
}

function withoutDepth(args: readonly string[], stderr: string): readonly string[] | undefined {
  if (!args.includes('--depth=1') || !/--depth|shallow/.test(stderr)) return undefined;
  return args.filter((arg) => arg !== '--depth=1');
}

function withoutCommit(args: readonly string[], stderr: string): readonly string[] | undefined {
  if (!args.includes('fetch') || !/not our ref|unadvertised object/.test(stderr)) return undefined;
  return isCommit(args.at(-1) ?? '')
    ? args.slice(0, -1).filter((arg) => arg !== '--depth=1' && arg !== '--no-tags')
    : undefined;
}

/** Whether a text is the whole hash of a commit. */
export function isCommit(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}

/** The client's secret for an HTTP server, as git's configuration in the environment. */
async function authorization(
  { scheme, host, remote }: GitAddress,
  client: GitClient,
): Promise<Record<string, string>> {
  if (scheme !== 'http' && scheme !== 'https') return {};
  for (const suffix of [`.${host}`, '']) {
    for (const kind of ['HEADER', 'TOKEN']) {
      const secret = await client.secret(`GIT_AUTH_${kind}${suffix}`);
      if (secret === undefined) continue;
      const text = Buffer.from(secret).toString('utf8');
      const token = Buffer.from(`x-access-token:${text}`).toString('base64');
      const header = kind === 'TOKEN' ? `basic ${token}` : text;
      // The token of GitHub is for submodules there too.
      const scope = /^https:\/\/(?:www\.)?github\.com\//.exec(remote)?.[0] ?? remote;
      return {
        GIT_CONFIG_COUNT: '1',
        GIT_CONFIG_KEY_0: `http.${scope}.extraheader`,
        GIT_CONFIG_VALUE_0: `Authorization: ${header}`,
      };
    }
  }
  return {};
}

async function networkEnvironment(scratch: string): Promise<Record<string, string>> {
  const { env, certificates } = programNetwork();
  if (certificates.length === 0) return { ...env };
  const path = join(scratch, 'git-certificates.pem');
  await writeFile(path, [...tls.rootCertificates, ...certificates].join('\n'));
  return { ...env, GIT_SSL_CAINFO: path };
}
