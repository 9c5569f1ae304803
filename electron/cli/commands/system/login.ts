import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { HostError } from '../../../host/base/errors.ts';
import { authConfig, type Credentials } from '../../../host/credentials/credentials.ts';
import { hubAddress, registryAddress } from '../../../host/credentials/registry.ts';
import { checkCredentials } from '../../../host/engine/auth.ts';
import { type CliContext, printLine } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { ask } from '../../prompt/ask.ts';

interface LoginOptions {
  readonly username?: string;
  readonly password?: string;
  readonly passwordStdin?: boolean;
}

export function define(command: Command, context: CliContext): void {
  command
    .argument('[server]')
    .option('-u, --username <name>', 'Username')
    .option(
      '-p, --password <password>',
      'Password or Personal Access Token (PAT). Other users can see it in the list of processes.',
    )
    .option('--password-stdin', 'Take the Password or Personal Access Token (PAT) from stdin')
    .action((server: string | undefined, options: LoginOptions) =>
      login(context, registryAddress(server), options),
    );
}

/**
 * The engine checks the credentials with the registry. Stores them if the registry accepts them.
 */
async function login(context: CliContext, address: string, options: LoginOptions): Promise<void> {
  const { credentials: store } = await context.host();
  const given = await givenPassword(context, options);
  const asksForNothing = options.username === undefined && given === undefined;
  const known = asksForNothing ? await store.get(address) : undefined;
  const keep = async (credentials: Credentials) => {
    const engine = await connectEngine(context);
    const identityToken = await checkCredentials(engine, authConfig(address, credentials));
    const kept = identityToken ? { ...credentials, password: '', identityToken } : credentials;
    if ((await store.put(address, kept)) === 'file') warnOfPlainText(context, store.path);
    printLine(context, 'Login Succeeded');
  };
  if (known) {
    context.stderr.write('Authenticating with existing credentials...\n');
    try {
      return await keep(known);
    } catch (error) {
      if (!context.stdin.isTTY || !isRefusal(error)) throw error;
      context.stderr.write(`${error.message}\n`);
    }
  }
  await keep(await askedCredentials(context, address, options.username, given));
}

/** The password from the flags or from standard input. */
async function givenPassword(
  context: CliContext,
  { username, password, passwordStdin }: LoginOptions,
): Promise<string | undefined> {
  if (!passwordStdin) {
    if (password !== undefined) {
      context.stderr.write(
        'WARNING! Using --password via the CLI is insecure. Use --password-stdin.\n',
      );
    }
    return password;
  }
  if (password !== undefined) {
    throw new HostError('invalid', '--password and --password-stdin are mutually exclusive');
  }
  if (!username) {
    throw new HostError('invalid', 'Must provide --username with --password-stdin');
  }
  return (await text(context.stdin)).replace(/\r?\n$/, '');
}

/** Asks for the username and the password, unless flags gave them. */
async function askedCredentials(
  context: CliContext,
  address: string,
  username: string | undefined,
  password: string | undefined,
): Promise<Credentials> {
  if ((username === undefined || password === undefined) && !context.stdin.isTTY) {
    throw new HostError('invalid', 'Cannot perform an interactive login from a non TTY device', {
      hint: 'Use --username and --password-stdin.',
    });
  }
  if (username === undefined) {
    const registry = address === hubAddress ? 'Docker Hub' : address;
    printLine(
      context,
      `Log in to ${registry}. You can use an access token instead of your password.`,
    );
  }
  const name = username ?? (await ask(context, 'Username: ')).trim();
  if (!name) throw new HostError('invalid', 'username is empty');
  const secret = password ?? (await ask(context, 'Password: ', true));
  if (!secret) throw new HostError('invalid', 'password is empty');
  return { username: name, password: secret };
}

const isRefusal = (error: unknown): error is HostError =>
  error instanceof HostError && error.code === 'engine';

function warnOfPlainText(context: CliContext, path: string): void {
  context.stderr.write(
    [
      `\nWARNING! Your credentials are stored unencrypted in '${path}'.`,
      'Configure a credential helper to remove this warning. See',
      'https://docs.docker.com/go/credential-store/\n\n',
    ].join('\n'),
  );
}
