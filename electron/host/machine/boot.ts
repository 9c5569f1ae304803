import { mkdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { dataDiskRefused } from '../../../guest-agent/contract/data-format.ts';
import { guestPaths } from '../../../guest-agent/contract/paths.ts';
import type { BootStep, FolderProblem } from '../../api/machine.ts';
import type { PublishedPort } from '../../api/ports.ts';
import type { Settings } from '../../api/settings.ts';
import { writeFileAtomic } from '../atomic-file.ts';
import { exec } from '../bridge/channels.ts';
import { type Bridge, openBridge } from '../bridge/connection.ts';
import { type BridgeKeys, ensureKeys } from '../bridge/keys.ts';
import type { SwitchedSocket } from '../bridge/switched-socket.ts';
import { serveNames } from '../dns/serve-names.ts';
import { createEngineClient } from '../engine/http-client.ts';
import { HostError } from '../errors.ts';
import { createShare } from '../files/create-share.ts';
import { followChanges } from '../files/follow-changes.ts';
import { type PlannedShare, planShares, sharesConfig } from '../files/plan.ts';
import { guestNetwork } from '../network/guest-network.ts';
import { forwardPorts, type PortForwarding } from '../ports/forward-ports.ts';
import { milestones } from './boot-steps.ts';
import { writeConfigDisk } from './config-disk.ts';
import { boundConsole, clearConsole, waitForConsoleLine } from './console.ts';
import { keepGuestClock } from './guest-clock.ts';
import { serveEngine, waitForEngine } from './guest-link.ts';
import type { ImageVersion } from './image-manifest.ts';
import type { Machine, MachineAddress, MachineFeatures, MachineSpec } from './machine.ts';
import type { MachinePaths } from './paths.ts';
import { type DataDiskGuard, guardDataDisk } from './upgrade.ts';

/** The machine that is brought up. `signal` aborts when it is to go down again. */
export interface BootContext {
  readonly name: string;
  readonly machine: Machine;
  readonly paths: MachinePaths;
  readonly settings: () => Promise<Settings>;
  /** Led to the engine once it answers. */
  readonly engineSocket: SwitchedSocket;
  readonly image: () => Promise<ImageVersion>;
  /** Told, before anything is launched, what the machine will be. */
  readonly onPlan: (settings: Settings, features: MachineFeatures) => void;
  /** Told each time that the ports of containers on this computer have changed. */
  readonly onPorts: (ports: PublishedPort[]) => void;
  /** Told each time that other shared folders, or none any more, are in trouble. */
  readonly onFolderProblems: (problems: FolderProblem[]) => void;
  /** Aborts when the machine is asked to go down, which takes it a while. */
  readonly ending: AbortSignal;
  readonly signal: AbortSignal;
}

/** What a boot makes on its way. All of it ends when the context's signal aborts. */
export interface Boot {
  readonly steps: Record<BootStep, () => Promise<void>>;
  /** The connection to the guest, from step `ssh` on. */
  readonly bridge: Bridge | undefined;
  /** The containers' ports on this computer, once step `engine` is done. */
  readonly ports: PortForwarding | undefined;
  readonly dataDisk: DataDiskGuard;
  /** Resolves once the engine's socket and the ports are gone from the host. */
  readonly ended: Promise<unknown>;
}

/** How long to wait for the guest's word before trying to connect without it. */
const patienceMs = 10_000;

/** One action a step; `boot-steps.ts` has their order, deadlines and hints. */
export function createBoot(context: BootContext): Boot {
  const { name, machine, paths, ending, signal } = context;
  let spec: MachineSpec | undefined;
  let bridge: Bridge | undefined;
  let ports: PortForwarding | undefined;
  let ended: Promise<unknown> = Promise.resolve();
  const dataDisk = guardDataDisk(paths, context.image);
  /** Also of a machine that was taken over: its start left out a step. */
  const plannedShares = async () => {
    const { sharedFolders } = await context.settings();
    return planShares(sharedFolders, (await machine.features()).sharing);
  };
  const outOfOrder = () => new HostError('internal', 'A boot step was left out');

  return {
    dataDisk,
    get bridge() {
      return bridge;
    },
    get ports() {
      return ports;
    },
    get ended() {
      return ended;
    },
    steps: {
      async prepare() {
        await mkdir(paths.directory, { recursive: true, mode: 0o700 });
        const settings = await context.settings();
        context.onPlan(settings, await machine.features());
        await dataDisk.prepare();
        const shares = await plannedShares();
        spec = { ...settings, shares };
        const keys = await ensureKeys(paths);
        await writeFileAtomic(paths.knownHosts, `berth ${keys.guestHost.publicKey}\n`);
        await writeConfigDisk(paths.configDisk, await guestConfig(name, settings, keys, shares));
        await machine.create(spec);
        await clearConsole(paths.console);
      },
      backup: () => dataDisk.backUp(signal),
      async launch() {
        if (!spec) throw outOfOrder();
        await machine.start(spec);
      },
      async kernel() {
        boundConsole(paths.console, signal).catch(() => {});
        await waitForConsoleLine(paths.console, milestones.init, signal);
      },
      async ssh() {
        const keys = await ensureKeys(paths);
        // A connection that is tried too early is taken by QEMU and waits for long seconds.
        await Promise.race([
          Promise.all([
            waitForConsoleLine(paths.console, milestones.sshd, signal),
            waitForConsoleLine(paths.console, milestones.network, signal),
          ]),
          sleep(patienceMs, undefined, { signal }),
        ]);
        bridge = await openBridge({ ...(await machine.address()), keys }, signal);
      },
      async engine() {
        if (!bridge) throw outOfOrder();
        const guest = bridge;
        await untilEngineAnswers(guest, paths.console, signal);
        await dataDisk.settle();
        const tended = [keepGuestClock(guest, signal), serveNames(guest, signal)];
        const socket = await serveEngine(guest, context.engineSocket, signal);
        const engine = createEngineClient(paths.engineSocket);
        const forward = await directPorts(machine, guest);
        const forwarding = { bridge, engine, forward, onChange: context.onPorts };
        ports = forwardPorts({ ...forwarding, ending, signal });
        const shares = spec?.shares ?? (await plannedShares());
        const served = shares.map((share) => createShare(share).serve(guest, signal));
        const changes = followChanges(guest, shares, context.onFolderProblems, signal);
        ended = Promise.all([socket.ended, ports.ended, changes, ...served, ...tended]);
      },
    },
  };
}

/** Rejects at once when the guest says that its engine does not take the data disk. */
async function untilEngineAnswers(
  bridge: Bridge,
  console: string,
  signal: AbortSignal,
): Promise<void> {
  const decided = new AbortController();
  const limit = AbortSignal.any([signal, decided.signal]);
  const refused = waitForConsoleLine(console, dataDiskRefused, limit).then((line) => {
    throw new HostError('machine-failed', line.slice('berth: '.length), {
      hint: 'Install the newest Berth; what `berth diagnose` collects helps to find the cause.',
    });
  });
  try {
    await Promise.race([waitForEngine(bridge, limit), refused]);
  } finally {
    decided.abort();
  }
}

/** The hypervisor's way to ports of containers, if it has one, and the guest allows it. */
async function directPorts(machine: Machine, bridge: Bridge) {
  if (!(await machine.features()).forwardsPorts) return undefined;
  const allowed = exec(bridge, guestPaths.directPorts).then(({ code, stderr }) => {
    if (code !== 0) throw new HostError('internal', `The guest allows no direct ports: ${stderr}`);
  });
  allowed.catch((error) => console.error(String(error)));
  return async (target: MachineAddress) => {
    await allowed;
    return machine.forward(target);
  };
}

async function guestConfig(
  name: string,
  settings: Settings,
  keys: BridgeKeys,
  shares: readonly PlannedShare[],
) {
  return {
    version: 1 as const,
    hostname: `berth-${name}`,
    ssh: { authorizedKeys: [keys.client.publicKey], hostKey: keys.guestHost.privateKey },
    ...(await guestNetwork(settings)),
    shares: sharesConfig(shares),
  };
}
