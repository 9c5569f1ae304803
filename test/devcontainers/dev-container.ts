import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { type Outcome, outcomeOf, printed } from '../fixtures/outcome.ts';

/** The program `devcontainer`, as npm installs it. */
const PROGRAM = join(
  dirname(createRequire(import.meta.url).resolve('@devcontainers/cli/package.json')),
  'devcontainer.js',
);

const startedSchema = z.object({
  outcome: z.literal('success'),
  containerId: z.string(),
  remoteUser: z.string(),
  remoteWorkspaceFolder: z.string(),
});

/** The command `devcontainer` on one workspace folder, with one set of Docker's clients. */
export class DevContainer {
  readonly #folder: string;
  readonly #environment: NodeJS.ProcessEnv;

  /** `environment` leads to `docker` and to the engine. */
  constructor(folder: string, environment: NodeJS.ProcessEnv) {
    this.#folder = folder;
    this.#environment = environment;
  }

  /** Runs a subcommand until it exits. */
  async run(subcommand: string, ...words: string[]): Promise<Outcome> {
    const own = join(this.#environment.HOME ?? '', 'tmp');
    await mkdir(own, { recursive: true });
    const child = spawn(
      process.execPath,
      [PROGRAM, subcommand, '--workspace-folder', this.#folder, ...words],
      { env: { ...this.#environment, TMPDIR: own } },
    );
    return outcomeOf(child, '');
  }

  /** Starts the container. Creates it first if necessary. */
  async up(...words: string[]): Promise<z.infer<typeof startedSchema>> {
    return startedSchema.parse(JSON.parse(await this.output('up', ...words)));
  }

  /** Runs a shell script in the container, and returns its output. */
  exec(script: string): Promise<string> {
    return this.output('exec', 'sh', '-c', script);
  }

  /** Runs a subcommand that must succeed. Returns its output without the last newline. */
  async output(subcommand: string, ...words: string[]): Promise<string> {
    const command = `devcontainer ${subcommand} ${words.join(' ')}`;
    const { exitCode, stdout, stderr } = await this.run(subcommand, ...words);
    // The reason of a failure is on standard output.
    return printed(command, { exitCode, stdout, stderr: `${stderr}\n${stdout}` });
  }
}
