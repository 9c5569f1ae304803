import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { isAlive, waitUntilGone } from '../../../base/process.ts';

/*
 * Behaves like PowerShell with the Hyper-V cmdlets, errors included, and keeps its VMs in a file:
 * like Hyper-V's, they outlive the process. `behaviour.json` beside the file makes it misbehave.
 */

const standInSchema = z.object({ directory: z.string(), host: z.string(), port: z.number() });
const { directory, host, port } = standInSchema.parse(JSON.parse(process.argv[2] ?? ''));

const vmSchema = z.object({
  ...{ id: z.string(), name: z.string(), notes: z.string(), state: z.string(), pid: z.number() },
  ...{ cpus: z.number(), memoryBytes: z.number(), consolePipe: z.string() },
  disks: z.array(z.object({ lun: z.number(), path: z.string() })),
  bootLun: z.number(),
});
type Vm = z.infer<typeof vmSchema>;
const behaviourSchema = z.object({
  probe: z.record(z.string(), z.unknown()).default({}),
  /** The error of an operation. */
  errors: z
    .record(z.string(), z.object({ message: z.string(), id: z.string(), category: z.string() }))
    .default({}),
  noSwitch: z.boolean().default(false),
  /** As without rights: `find` finds no VM. */
  hidesVms: z.boolean().default(false),
  /** The state that `find` returns instead of the VM's own. */
  state: z.string().optional(),
  /** An operation that never answers, and one that ends PowerShell. */
  hangs: z.string().optional(),
  exits: z.string().optional(),
});

class Refusal extends Error {
  readonly id: string;
  readonly category: string;

  constructor(message: string, id: string, category: string) {
    super(message);
    this.id = id;
    this.category = category;
  }
}

const stateFile = join(directory, 'vms.json');
const behaviourFile = join(directory, 'behaviour.json');
const readJson = (path: string, otherwise: unknown): unknown =>
  existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : otherwise;
const vms = (): Vm[] => z.array(vmSchema).parse(readJson(stateFile, []));
const keep = (list: readonly Vm[]) => writeFileSync(stateFile, JSON.stringify(list));
const change = (name: string, to: Partial<Vm>) =>
  keep(vms().map((vm) => (vm.name === name ? { ...vm, ...to } : vm)));

/** A killed process leaves its VM turned off. */
function look(name: string): Vm | undefined {
  const vm = vms().find((each) => each.name === name);
  if (!vm || vm.state === 'Off' || vm.state === 'Saved' || isAlive(vm.pid)) return vm;
  change(name, { state: 'Off', pid: 0 });
  return { ...vm, state: 'Off', pid: 0 };
}

function vmOf(name: string): Vm {
  const vm = look(name);
  if (vm) return vm;
  throw new Refusal(
    `Hyper-V was unable to find a virtual machine with name "${name}".`,
    'InvalidParameter,Microsoft.HyperV.PowerShell.Commands.StartVM',
    'InvalidArgument',
  );
}

async function endProcess({ pid }: Vm): Promise<void> {
  if (pid <= 0 || !isAlive(pid)) return;
  process.kill(pid, 'SIGKILL');
  await waitUntilGone(pid);
}

const named = z.object({ name: z.string() });
const diskRequest = z.object({ path: z.string(), sizeBytes: z.number(), blockBytes: z.number() });
const createRequest = vmSchema.omit({ id: true, state: true, pid: true });

const operations: Record<string, (parameters: unknown) => Promise<unknown>> = {
  probe: async () => ({
    ...{ module: true, service: 'Running', elevated: false, member: true },
    ...{ edition: 'Professional', ...behaviour().probe },
  }),
  async find(parameters) {
    const { hidesVms, state } = behaviour();
    const vm = look(named.parse(parameters).name);
    if (!vm || hidesVms) return null;
    return { ...vm, ...(state !== undefined && { state }) };
  },
  async ensureDisk(parameters) {
    const { path, sizeBytes } = diskRequest.parse(parameters);
    if (!existsSync(path)) writeFileSync(path, '', { mode: 0o600 });
    if (statSync(path).size < sizeBytes) truncateSync(path, sizeBytes);
    return { sizeBytes: statSync(path).size };
  },
  findSwitch: async () => (behaviour().noSwitch ? null : { name: 'Standardswitch' }),
  async create(parameters) {
    const vm = createRequest.parse(parameters);
    for (const { path } of vm.disks) {
      if (!existsSync(path))
        throw new Refusal(`Cannot find ${path}`, 'ObjectNotFound', 'ObjectNotFound');
    }
    keep([...vms(), { ...vm, id: crypto.randomUUID(), state: 'Off', pid: 0 }]);
    return {};
  },
  async start(parameters) {
    const { name, consolePipe } = vmOf(named.parse(parameters).name);
    rmSync(consolePipe, { force: true });
    const vm = spawn(
      process.execPath,
      [join(import.meta.dirname, 'stand-in-vm.ts'), JSON.stringify({ host, port, consolePipe })],
      { detached: true, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] },
    );
    await once(vm, 'message');
    vm.unref();
    change(name, { state: 'Running', pid: vm.pid ?? 0 });
  },
  async save(parameters) {
    const vm = vmOf(named.parse(parameters).name);
    change(vm.name, { state: 'Saved', pid: 0 });
    await endProcess(vm);
  },
  async resume(parameters) {
    change(vmOf(named.parse(parameters).name).name, { state: 'Running' });
  },
  async turnOff(parameters) {
    const vm = vmOf(named.parse(parameters).name);
    await endProcess(vm);
    change(vm.name, { state: 'Off', pid: 0 });
  },
  async remove(parameters) {
    const { name, notes } = z.object({ name: z.string(), notes: z.string() }).parse(parameters);
    const vm = look(name);
    if (vm?.notes !== notes) return;
    await endProcess(vm);
    keep(vms().filter((each) => each.name !== name));
  },
  addresses: async () => ({ reported: [], known: [host] }),
  lastEvent: async () => null,
};

const behaviour = () => behaviourSchema.parse(readJson(behaviourFile, {}));
const requestSchema = z.object({ id: z.number(), operation: z.string(), parameters: z.unknown() });

async function answer(line: string): Promise<object | undefined> {
  const { id, operation, parameters } = requestSchema.parse(JSON.parse(line));
  const { errors, hangs, exits } = behaviour();
  if (hangs === operation) return undefined;
  if (exits === operation) process.exit(1);
  try {
    const refusal = errors[operation];
    if (refusal) throw new Refusal(refusal.message, refusal.id, refusal.category);
    return { id, ok: true, result: (await operations[operation]?.(parameters)) ?? null };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { message, category } = error;
    return { id, ok: false, error: { message, id: error.id, category } };
  }
}

let isLoaded = false;
for await (const line of createInterface({ input: process.stdin })) {
  // The first line loads the script; the code page of the real PowerShell allows only ASCII.
  if (!isLoaded && !line.startsWith('& ([ScriptBlock]::Create(')) throw new Error('no script');
  if (/[^\x20-\x7e]/.test(line)) throw new Error('the request is not ASCII');
  const reply = isLoaded ? await answer(line) : undefined;
  isLoaded = true;
  if (reply) process.stdout.write(`WARNING: some text\n${JSON.stringify(reply)}\n`);
}
