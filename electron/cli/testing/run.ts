import { EventEmitter } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { ScriptedEngine } from '../../host/engine/testing/scripted-engine.ts';
import type { MachineControl } from '../../host/machine/control.ts';
import type { CliContext } from '../context.ts';
import { runCli } from '../run-cli.ts';
import { standInHost } from './stand-in-host.ts';

export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  readonly stdin?: string | Buffer | Readable;
  readonly env?: Readonly<Record<string, string>>;
  readonly machine?: Partial<MachineControl>;
  readonly signals?: EventEmitter;
  /** Also gets standard output while the command runs. */
  readonly stdout?: PassThrough;
  /** The encoding of standard output: `latin1` keeps every byte. */
  readonly encoding?: 'utf8' | 'latin1';
}

/** Runs one command line in this process against an engine of tests. */
export async function runWords(
  engine: Pick<ScriptedEngine, 'socketPath'>,
  words: readonly string[],
  {
    stdin = '',
    env = {},
    machine,
    signals = new EventEmitter(),
    encoding,
    ...given
  }: Surroundings = {},
): Promise<Outcome> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  if (given.stdout) stdout.pipe(given.stdout);
  const outputs = Promise.all([buffer(stdout), buffer(stderr)]);
  const context: CliContext = {
    host: async (name) => standInHost(engine.socketPath, machine, name, env),
    stdin: stdin instanceof Readable ? stdin : Readable.from([Buffer.from(stdin)]),
    stdout,
    stderr,
    env,
    signals,
  };
  const exitCode = await runCli(context, words);
  stdout.end();
  stderr.end();
  const [out, error] = await outputs;
  return { exitCode, stdout: out.toString(encoding), stderr: error.toString() };
}
