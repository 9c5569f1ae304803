import { EventEmitter } from 'node:events';
import type { CliContext } from '../../../electron/cli/context.ts';
import { runCli } from '../../../electron/cli/run-cli.ts';
import { standInHost } from '../../../electron/cli/testing/stand-in-host.ts';

/** The `berth` command with the engine that `DOCKER_HOST` names, which has no VM. */
const socket = (process.env.DOCKER_HOST ?? '').replace('unix://', '');
const signals = new EventEmitter();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => signals.emit(signal));
}
const { stdin, stdout, stderr, env } = process;
const context: CliContext = {
  ...{ stdin, stdout, stderr, env, signals },
  host: async (name) => standInHost(socket, undefined, name, env),
};
process.exitCode = await runCli(context, process.argv.slice(2));
