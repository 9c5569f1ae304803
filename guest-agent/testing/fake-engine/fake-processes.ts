import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { EngineError } from '../../errors.ts';
import type { StatFile } from '../../runtime/cgroup/cgroup-stats.ts';
import {
  attachSocketPath,
  execExits,
  type MonitoredContainer,
  type MonitoredExec,
  type MonitoredProcess,
} from '../../runtime/conmon/conmon.ts';
import type { OciRuntime } from '../../runtime/crun.ts';
import type { Directories } from '../../runtime/directories.ts';
import {
  openDirectory,
  type Processes,
  type ProcessRoot,
} from '../../runtime/process/processes.ts';
import { RuntimeError } from '../../runtime/runtime-error.ts';
import type { CgroupMember } from '../../runtime/spec/container.ts';
import { FakeProcess, type Program } from './fake-process.ts';
import { programs as basicPrograms } from './programs.ts';
import { fakeStatistics } from './statistics.ts';

/** Above Linux's largest process ID, so that no signal can reach a real process. */
const FIRST_PID = (1 << 22) + 1;

/** The fields of an OCI process document that matter here. */
const processSchema = z.object({
  args: z.array(z.string()),
  env: z.array(z.string()).default([]),
  consoleSize: z.object({ height: z.number(), width: z.number() }).optional(),
});
const bundleSchema = z.object({ process: processSchema, root: z.object({ path: z.string() }) });

/**
 * Replaces conmon, crun and the kernel. Containers and execs "run" functions of this process,
 * chosen by the command's name.
 */
export class FakeProcesses implements Processes, OciRuntime {
  /** By the name of the command. Tests add their own. */
  readonly programs = new Map<string, Program>(basicPrograms);
  readonly #directories: Directories;
  readonly #byDirectory = new Map<string, FakeProcess>();
  /** The processes of a container, its main process first. */
  readonly #byContainer = new Map<string, FakeProcess[]>();
  readonly #paused = new Set<string>();
  #lastPid = FIRST_PID;

  constructor(directories: Directories) {
    this.#directories = directories;
  }

  /** The process of a running container. */
  of(containerId: string): FakeProcess {
    const process = this.#byContainer.get(containerId)?.[0];
    if (!process) throw new Error(`container ${containerId} has no process`);
    return process;
  }

  async create(container: MonitoredContainer): Promise<MonitoredProcess> {
    const directory = this.#directories.bundle(container.id);
    const text = await readFile(join(directory, 'config.json'), 'utf8');
    const { process, root } = bundleSchema.parse(JSON.parse(text));
    this.#programOf(process.args);
    const { pid } = this.#add(container.id, directory, process, {
      ...container,
      container: container.name,
      root: root.path,
      log: container.log ? this.#directories.log(container.id) : undefined,
      exitFile: join(this.#directories.exits, container.id),
    });
    return { pid, monitorPid: pid };
  }

  async exec(exec: MonitoredExec, attached: () => void): Promise<MonitoredProcess> {
    const directory = this.#directories.exec(exec.id);
    const text = await readFile(join(directory, 'process.json'), 'utf8');
    const document = processSchema.parse(JSON.parse(text));
    const program = this.#programOf(document.args);
    const process = this.#add(exec.containerId, directory, document, {
      ...{ tty: exec.tty, stdin: exec.stdin, leaveStdinOpen: false, log: undefined },
      root: this.of(exec.containerId).root,
      container: this.of(exec.containerId).container,
      exitFile: join(execExits(directory), exec.id),
    });
    attached();
    this.#run(process, program);
    return { pid: process.pid, monitorPid: process.pid };
  }

  async start(id: string): Promise<void> {
    const process = this.of(id);
    this.#run(process, this.#programOf(process.argv));
  }

  async pause(id: string): Promise<void> {
    this.#paused.add(id);
  }

  async resume(id: string): Promise<void> {
    this.#paused.delete(id);
  }

  async update(): Promise<void> {}

  async delete(id: string): Promise<void> {
    for (const process of this.#byContainer.get(id) ?? []) process.signal(9);
    this.#byContainer.delete(id);
    this.#byDirectory.delete(this.#directories.bundle(id));
    this.#paused.delete(id);
  }

  async state(id: string) {
    const pid = this.#byContainer.get(id)?.[0]?.pid;
    if (pid === undefined) return undefined;
    return { status: this.#paused.has(id) ? 'paused' : 'running', pid };
  }

  connect(socketPath: string) {
    const attachment = this.connectRunning(socketPath);
    if (!attachment) throw new EngineError('not-found', `there is no ${socketPath}`);
    return attachment;
  }

  connectRunning(socketPath: string) {
    for (const [directory, process] of this.#byDirectory) {
      if (attachSocketPath(directory) !== socketPath) continue;
      return process.hasEnded ? undefined : process.attach();
    }
    return undefined;
  }

  async resizeTerminal(directory: string, height: number, width: number): Promise<void> {
    this.#byDirectory.get(directory)?.resize(width, height);
  }

  signal(pid: number, signal: number): void {
    const process = this.#find(pid);
    if (!process) throw Object.assign(new Error(`kill ${pid}`), { code: 'ESRCH' });
    process.signal(signal);
  }

  killSession(pid: number): void {
    this.#find(pid)?.signal(9);
  }

  async hasEnded(pid: number): Promise<boolean> {
    return this.#find(pid) === undefined;
  }

  async openRoot(pid: number): Promise<ProcessRoot> {
    const handle = await openDirectory(this.#find(pid)?.root ?? '');
    return { fd: handle.fd, [Symbol.asyncDispose]: () => handle.close() };
  }

  async idsOf({ id }: CgroupMember): Promise<number[]> {
    return this.#running(id).map(({ pid }) => pid);
  }

  async list(): Promise<string> {
    const running = [...this.#byContainer.keys()].flatMap((id) => this.#running(id));
    const lines = running.map(({ pid, argv }) =>
      ['root', pid, 1, 0, '12:00', '?', '00:00:00', argv.join(' ')].join(' '),
    );
    return ['UID PID PPID C STIME TTY TIME CMD', ...lines, ''].join('\n');
  }

  async usage(record: CgroupMember, file: StatFile): Promise<string> {
    const [process] = this.#running(record.id);
    return process ? fakeStatistics(file, Date.now() - process.startedAt) : '';
  }

  async kernelTable(name: string): Promise<string> {
    return fakeStatistics(name.endsWith('net/dev') ? 'net/dev' : 'stat', Date.now());
  }

  #running(id: string): FakeProcess[] {
    return (this.#byContainer.get(id) ?? []).filter(({ hasEnded }) => !hasEnded);
  }

  #find(pid: number): FakeProcess | undefined {
    const all = [...this.#byContainer.values()].flat();
    return all.find((process) => process.pid === pid && !process.hasEnded);
  }

  #add(
    containerId: string,
    directory: string,
    { args, env, consoleSize }: z.infer<typeof processSchema>,
    options: Omit<ConstructorParameters<typeof FakeProcess>[0], 'pid' | 'argv' | 'env' | 'size'>,
  ): FakeProcess {
    const process = new FakeProcess({
      ...options,
      ...{ pid: this.#lastPid++, argv: args, env },
      size: [consoleSize?.width ?? 80, consoleSize?.height ?? 24],
    });
    this.#byDirectory.set(directory, process);
    this.#byContainer.set(containerId, [...(this.#byContainer.get(containerId) ?? []), process]);
    return process;
  }

  #run(process: FakeProcess, program: Program): void {
    // Fails only if a test has removed the engine's directory.
    process.run(program).catch(() => {});
  }

  /** Rejects in crun's words, which the engine translates into Docker's. */
  #programOf(argv: readonly string[]): Program {
    const [path = ''] = argv;
    const command = path.startsWith('/') ? path.split('/').at(-1) : path;
    const program = this.programs.get(command ?? '');
    if (program) return program;
    const said = path.startsWith('/')
      ? `cannot find \`${path}\`: No such file or directory`
      : `executable file \`${path}\` not found in $PATH: No such file or directory`;
    throw new RuntimeError(said);
  }
}
