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
import { pingEngine, serveEngine, waitForEngine } from '../guest/guest-link.ts';
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

/** The machine that is brought up. */
export interface BootContext extends StartContext {
  /** Led to the engine once it answers. */
  readonly engineSocket: SwitchedSocket;
  /** Told each time that the names of containers on this computer have changed. */
  readonly onDomains: (domains: Domains | undefined) => void;
  /** Told each time that the ports of containers on this computer have changed. */
  readonly onPorts: (ports: PublishedPort[]) => void;
  /** Called when the set of shared folders with problems changes. */
  readonly onFolderProblems: (problems: FolderProblem[]) => void;
  /** Called with the time since when the engine is silent, and with nothing once it answers. */
  readonly onEngine: (silentSince: Date | undefined) => void;
  /** False while the engine need not answer. */
  readonly isExpected: () => boolean;
  readonly engineWatch?: EngineWatchTimes;
  /** Aborts when the machine is asked to go down, which takes it a while. */
  readonly ending: AbortSignal;
}

/** What a boot makes on its way. All of it ends when the context's signal aborts. */
export interface Boot {
  readonly steps: Record<BootStep, () => Promise<void>>;
  /** The connection to the guest, from step `ssh` on. */
  readonly bridge: Bridge | undefined;
  /** The containers' ports on this computer, once step `engine` is done. */
  readonly ports: PortForwarding | undefined;
  readonly dataDisk: DataDiskGuard;
  /** What runs the guest's processors, once step `prepare` is done. */
  readonly acceleration: Acceleration | undefined;
  /** The machine goes on from what was saved. */
  readonly resumes: boolean;
  /** Resolves once the engine's socket and the ports are gone from the host. */
  readonly ended: Promise<unknown>;
}

/** How long to wait for the guest's word before trying to connect without it. */
const patienceMs = 10_000;
/** How long to wait for the clock of a guest that was held; it is seen to afterwards as well. */
const clockPatienceMs = 5_000;

/** One action a step; `boot-steps.ts` has their order, deadlines and hints. */
export function createBoot(context: BootContext): Boot {
  const { machine, paths, ending, signal } = context;
  let start: PreparedStart | undefined;
  let bridge: Bridge | undefined;
  let ports: PortForwarding | undefined;
  let ended: Promise<unknown> = Promise.resolve();
  const dataDisk = guardDataDisk(paths, context.image);
  const outOfOrder = () => new HostError('internal', 'A boot step was left out');

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
        await dataDisk.prepare();
        start = await prepareStart(context);
      },
      backup: () => dataDisk.backUp(signal),
      async launch() {
        if (!start) throw outOfOrder();
        await start.launch();
      },
      async kernel() {
        boundConsole(paths.console, signal).catch((error) => {
          if (!signal.aborted) log.error('Limiting the size of the console log', error);
        });
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
        // One that was taken over may have been held by a supervisor that was killed.
        const wasHeld = !start || start.resumes;
        const right = Promise.withResolvers<void>();
        const tended = [keepGuestClock(guest, signal, right.resolve), serveNames(guest, signal)];
        // Nobody is to see what time it was then.
        if (wasHeld)
          await Promise.race([right.promise, sleep(clockPatienceMs, undefined, { signal })]);
        const socket = await serveEngine(guest, context.engineSocket, signal);
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
        const parts = [socket.ended, ports.ended, roots, ...served, ...tended];
        // Awaited only when the machine goes down: until then, nobody would hear of a failure.
        ended = Promise.all(parts.map((part) => log.attempt('Serving the machine', part, 'error')));
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
      hint: "If that doesn't help, install the newest Berth. `berth diagnose` collects what is needed to find the cause.",
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
  const features = await machine.features().catch((error) => {
    // A machine that runs needs no hypervisor's program; without direct ports, they go through SSH.
    log.warn('Looking for direct ports', error);
    return undefined;
  });
  if (!features?.forwardsPorts) return undefined;
  const allowed = exec(bridge, guestPaths.directPorts).then(({ code, stderr }) => {
    if (code !== 0) throw new HostError('internal', `The guest allows no direct ports: ${stderr}`);
  });
  allowed.catch((error) => log.warn('Opening ports directly', error));
  return async (target: MachineAddress) => {
    await allowed;
    return machine.forward(target);
  };
}
