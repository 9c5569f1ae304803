import { mkdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { dataDiskRefused } from '../../../../guest-agent/contract/data-format.ts';
import { guestPaths } from '../../../../guest-agent/contract/paths.ts';
import type { Domains } from '../../../api/domains.ts';
import type { BootStep, FolderProblem } from '../../../api/machine.ts';
import type { PublishedPort } from '../../../api/ports.ts';
import { HostError } from '../../base/errors.ts';
import { loggerOf } from '../../base/log.ts';
import { createEngineClient } from '../../engine/connection/http-client.ts';
import { wakeEngine } from '../../engine/system.ts';
import { boundConsole, waitForConsoleLine } from '../../home/console.ts';
import type { Acceleration } from '../../hypervisor/acceleration.ts';
import type { MachineAddress } from '../../machine/protocol.ts';
import { defaultSettings } from '../../settings/store.ts';
import { exec } from '../bridge/channels.ts';
import { type Bridge, openBridge } from '../bridge/connection.ts';
import { ensureKeys } from '../bridge/keys.ts';
import type { SwitchedSocket } from '../bridge/switched-socket.ts';
import { type DataDiskGuard, guardDataDisk } from '../data-disk/upgrade.ts';
import { serveNames } from '../dns/serve-names.ts';
import { serveDomains } from '../domains/serve-domains.ts';
import { type EngineWatchTimes, watchEngine } from '../guest/engine-watch.ts';
import { keepGuestClock } from '../guest/guest-clock.ts';
import { pingEngine, serveEngine, serveKube, waitForEngine } from '../guest/guest-link.ts';
import type { Machine } from '../machine.ts';
import { forwardPorts, type PortForwarding } from '../ports/forward-ports.ts';
import { createShare } from '../shared-folders/create-share.ts';
import { watchShareRoots } from '../shared-folders/share-roots.ts';
import { milestones } from './boot-steps.ts';
import {
  type PreparedStart,
  plannedShares,
  prepareStart,
  type StartContext,
} from './prepare-start.ts';

const log = loggerOf('boot');

/** The VM to start. */
export interface BootContext extends StartContext {
  /** Connected to the engine when it answers. */
  readonly engineSocket: SwitchedSocket;
  /** Connected to the engine's Kubernetes API at the same time. */
  readonly kubeSocket?: SwitchedSocket;
  /** Called when the web addresses of containers change. */
  readonly onDomains: (domains: Domains | undefined) => void;
  /** Called when the host ports of containers change. */
  readonly onPorts: (ports: PublishedPort[]) => void;
  /** Called when the set of shared folders with problems changes. */
  readonly onFolderProblems: (problems: FolderProblem[]) => void;
  /** Called before anything asks for the image. */
  readonly chooseImage?: () => Promise<void>;
  /**
   * Called with the start of the engine's silence, and with undefined when the engine answers
   * again.
   */
  readonly onEngine: (silentSince: Date | undefined) => void;
  /** False while the engine doesn't have to answer. */
  readonly isExpected: () => boolean;
  readonly engineWatch?: EngineWatchTimes;
  /** Aborts when the VM begins to shut down, which takes a while. */
  readonly ending: AbortSignal;
}

/** The parts that a boot creates. All of them end when the context's signal aborts. */
export interface Boot {
  readonly steps: Record<BootStep, () => Promise<void>>;
  /** The connection to the VM, from step `ssh` on. */
  readonly bridge: Bridge | undefined;
  /** The containers' host ports, after step `engine`. */
  readonly ports: PortForwarding | undefined;
  readonly dataDisk: DataDiskGuard;
  /** What runs the VM's processors, after step `prepare`. */
  readonly acceleration: Acceleration | undefined;
  /** Whether the VM resumes from a saved state. */
  readonly resumes: boolean;
  /** Resolves when the engine's socket and the ports are closed on the host. */
  readonly ended: Promise<unknown>;
}

/** How long to wait for the VM's signal before trying to connect anyway. */
const patienceMs = 10_000;
/** How long to wait for a paused VM's clock to be set; it is also corrected later. */
const clockPatienceMs = 5_000;

/** One action per step; `boot-steps.ts` has their order, deadlines and hints. */
export function createBoot(context: BootContext): Boot {
  const { machine, paths, ending, signal } = context;
  let start: PreparedStart | undefined;
  let bridge: Bridge | undefined;
  let ports: PortForwarding | undefined;
  let ended: Promise<unknown> = Promise.resolve();
  const dataDisk = guardDataDisk(paths, context.image);
  const outOfOrder = () => new HostError('internal', 'A boot step was skipped');

  return {
    dataDisk,
    get bridge() {
      return bridge;
    },
    get ports() {
      return ports;
    },
    get acceleration() {
      return start?.acceleration;
    },
    get resumes() {
      return start?.resumes ?? false;
    },
    get ended() {
      return ended;
    },
    steps: {
      async prepare() {
        await mkdir(paths.directory, { recursive: true, mode: 0o700 });
        await context.chooseImage?.();
        await dataDisk.prepare();
        start = await prepareStart(context);
      },
      backup: () => dataDisk.backUp(signal),
      async launch() {
        if (!start) throw outOfOrder();
        await start.launch();
      },
      async kernel() {
        boundConsole(paths.console, signal, machine.whileConsoleClosed).catch((error) => {
          if (!signal.aborted) log.error('Limiting the size of the console log', error);
        });
        await waitForConsoleLine(paths.console, milestones.init, signal);
      },
      async ssh() {
        const keys = await ensureKeys(paths);
        // QEMU accepts a premature connection and then delays it for several seconds.
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
        // A killed background process may have left the VM paused.
        const wasHeld = !start || start.resumes;
        const right = Promise.withResolvers<void>();
        const tended = [keepGuestClock(guest, signal, right.resolve), serveNames(guest, signal)];
        // Nothing may read the stale time before the clock is set.
        if (wasHeld)
          await Promise.race([right.promise, sleep(clockPatienceMs, undefined, { signal })]);
        const socket = await serveEngine(guest, context.engineSocket, signal);
        const kube = context.kubeSocket && (await serveKube(guest, context.kubeSocket, signal));
        const engine = createEngineClient(paths.engineSocket);
        if (wasHeld) await log.attempt('Waking the engine', wakeEngine(engine), 'warn');
        const forward = await directPorts(machine, guest);
        const settings = async () =>
          (await log.attempt('Reading the settings', context.settings(), 'warn')) ??
          defaultSettings();
        const setting = async () => (await settings()).containerNames;
        const domains = serveDomains({ bridge, engine, setting, onChange: context.onDomains });
        const forwarding = { bridge, engine, forward, domains, onChange: context.onPorts };
        ports = forwardPorts({ ...forwarding, ending, signal });
        const shares = start?.spec.shares ?? (await plannedShares(context));
        const served = shares.map((share) => createShare(share).serve(guest, signal));
        const roots = watchShareRoots(shares, context.onFolderProblems, signal);
        const { onEngine: onChange, isExpected, engineWatch: times } = context;
        const ping = (limit: AbortSignal) => pingEngine(guest, limit);
        const watching = { ping, isExpected, onChange, ...(times && { times }) };
        tended.push(watchEngine(watching, signal));
        const parts = [socket.ended, kube?.ended, ports.ended, roots, ...served, ...tended];
        // Awaited only at shutdown, so log failures here.
        ended = Promise.all(
          parts.map((part) => part && log.attempt('Serving the VM', part, 'error')),
        );
      },
    },
  };
}

/** Rejects immediately if the VM reports that its engine refuses the data disk. */
async function untilEngineAnswers(
  bridge: Bridge,
  console: string,
  signal: AbortSignal,
): Promise<void> {
  const decided = new AbortController();
  const limit = AbortSignal.any([signal, decided.signal]);
  const refused = waitForConsoleLine(console, dataDiskRefused, limit).then((line) => {
    throw new HostError('machine-failed', line.slice('berth: '.length), {
      hint: "If that doesn't help, install the newest version of Berth. To report the problem, attach the output of `berth diagnose`.",
    });
  });
  try {
    await Promise.race([waitForEngine(bridge, limit), refused]);
  } finally {
    decided.abort();
  }
}

/** The hypervisor's direct path to ports of containers, if it has one and the VM allows it. */
async function directPorts(machine: Machine, bridge: Bridge) {
  const features = await machine.features().catch((error) => {
    // A running VM doesn't need the hypervisor's program. Without direct ports, SSH carries them.
    log.warn('Looking for direct ports', error);
    return undefined;
  });
  if (!features?.forwardsPorts) return undefined;
  const allowed = exec(bridge, guestPaths.directPorts).then(({ code, stderr }) => {
    if (code !== 0) throw new HostError('internal', `The VM doesn't allow direct ports: ${stderr}`);
  });
  allowed.catch((error) => log.warn('Opening ports directly', error));
  return async (target: MachineAddress) => {
    await allowed;
    return machine.forward(target);
  };
}
