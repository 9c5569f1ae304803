import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { kubectlProgram } from './kubectl-program.ts';

export interface KubectlResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface KubectlOptions {
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** `kubectl` with a kubeconfig and a home directory of its own. */
export class Kubectl implements AsyncDisposable {
  readonly directory: string;
  readonly #program: string;

  private constructor(program: string, directory: string) {
    this.#program = program;
    this.directory = directory;
  }

  static async open(kubeconfig: string): Promise<Kubectl> {
    const program = await kubectlProgram();
    const directory = await mkdtemp(join(tmpdir(), 'berth-kubectl-'));
    await writeFile(join(directory, 'config'), kubeconfig);
    return new Kubectl(program, directory);
  }

  /** Runs a command line. Words with spaces are in `'quotes'`. */
  run(line: string, { input, env }: KubectlOptions = {}): Promise<KubectlResult> {
    return new Promise((resolve) => {
      const options = { env: this.#environment(env), timeout: 60_000, maxBuffer: 1 << 25 };
      const child = execFile(this.#program, wordsOf(line), options, (error, stdout, stderr) => {
        resolve({
          code: typeof error?.code === 'number' ? error.code : error ? -1 : 0,
          stdout,
          stderr,
        });
      });
      child.stdin?.end(input ?? '');
    });
  }

  /** The output of a command that must succeed. */
  async said(line: string, options?: KubectlOptions): Promise<string> {
    const { code, stdout, stderr } = await this.run(line, options);
    if (code !== 0) throw new Error(`kubectl ${line} ended with ${code}: ${stderr}`);
    return stdout.trim();
  }

  /** Starts a command that runs until the caller ends it. */
  start(line: string, env?: NodeJS.ProcessEnv): ChildProcess {
    return spawn(this.#program, wordsOf(line), {
      env: this.#environment(env),
      stdio: ['pipe', 'pipe', 'inherit'],
    });
  }

  /** Writes a manifest, and returns its path. */
  async manifest(name: string, text: string): Promise<string> {
    const path = join(this.directory, `${name}.yaml`);
    await writeFile(path, text);
    return path;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }

  #environment(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    const KUBECONFIG = join(this.directory, 'config');
    return { PATH: process.env.PATH, HOME: this.directory, KUBECONFIG, ...extra };
  }
}

const wordsOf = (line: string): string[] =>
  (line.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^'|'$/g, ''));

/** The first line of a program's output that contains a text. */
export async function lineWith(child: ChildProcess, text: string): Promise<string> {
  if (!child.stdout) throw new Error('no output');
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.includes(text)) return line;
  }
  throw new Error(`no line with ${text}`);
}
