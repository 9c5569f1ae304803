import type { MachineStatus } from '../../api/machine.ts';
import type { Notice } from '../../api/notices.ts';
import { loggerOf } from '../base/log.ts';
import { Retries } from '../base/retries.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import { engineEvents, engineWarnings } from '../engine/system.ts';
import type { MachineControl } from '../machine/control.ts';
import type { AppSettingsStore } from '../settings/app-store.ts';
import { DeathWatch } from './death-watch.ts';
import { MACHINE_KEY, machineNotices } from './machine-notices.ts';
import type { NewNotice } from './new-notice.ts';

const log = loggerOf('notices');

/** How many are kept. */
const KEPT = 30;
const RETRY_TIMES = { firstMs: 1000, longestMs: 10_000 };
const RESTART_PAUSE_MS = 5 * 60_000;

/**
 * What happens by itself and the user should hear of: one list for all screens and for the
 * system's notifications. Looks on while somebody watches; what they did themselves is not told.
 */
export class Notices {
  readonly #machine: MachineControl;
  readonly #engine: EngineClient;
  readonly #watchers = new Set<() => void>();
  #recent: (Notice & { readonly key: string })[] = [];
  #lastId = 0;
  /** Keys of what the engine warned of when it was last asked. */
  #warnings: ReadonlySet<string> = new Set();
  #looking: AbortController | undefined;
  readonly #mayRestart: () => Promise<boolean>;
  #restartedAt = 0;

  /** `mayRestart` is asked when the machine has crashed. */
  constructor(machine: MachineControl, engine: EngineClient, mayRestart: () => Promise<boolean>) {
    this.#machine = machine;
    this.#engine = engine;
    this.#mayRestart = mayRestart;
  }

  /** The recent ones, newest first, and again at each change, until `signal` aborts. */
  async *watch(signal: AbortSignal): AsyncGenerator<Notice[], void, undefined> {
    let changed = Promise.withResolvers<void>();
    const wake = () => changed.resolve();
    this.#watchers.add(wake);
    signal.addEventListener('abort', wake);
    if (!this.#looking) this.#look();
    try {
      while (!signal.aborted) {
        changed = Promise.withResolvers();
        yield this.#recent.map(({ key: _, ...notice }) => notice);
        await changed.promise;
      }
    } finally {
      signal.removeEventListener('abort', wake);
      this.#watchers.delete(wake);
      if (this.#watchers.size === 0) this.#looking?.abort();
    }
  }

  clear(): void {
    this.#recent = [];
    this.#tell();
  }

  #look(): void {
    const looking = new AbortController();
    const { signal } = looking;
    this.#looking = looking;
    void Promise.all([this.#followMachine(signal), this.#followEngine(signal)]).finally(() => {
      if (this.#looking === looking) this.#looking = undefined;
      // Somebody came while the last one went.
      if (this.#watchers.size > 0 && !this.#looking) this.#look();
    });
  }

  async #followMachine(signal: AbortSignal): Promise<void> {
    await forever('Following the machine', signal, async () => {
      let before: MachineStatus | undefined;
      for await (const status of this.#machine.watch(signal)) {
        const { add, settled } = machineNotices(before, status);
        const crashed = before?.state === 'running' && status.state === 'failed';
        before = status;
        this.#settle(settled);
        for (const notice of add) this.#add(notice);
        if (crashed) await this.#restart();
      }
    });
  }

  /** One that crashes again at once is left alone: something is wrong that a start does not mend. */
  async #restart(): Promise<void> {
    if (Date.now() - this.#restartedAt < RESTART_PAUSE_MS || !(await this.#mayRestart())) return;
    this.#restartedAt = Date.now();
    const title = 'The machine runs again';
    const text = 'It had ended unexpectedly and was started again.';
    this.#machine
      .start()
      .then(() => this.#add({ key: MACHINE_KEY, tone: 'good', title, text }))
      // How a start fails is told by the status, too.
      .catch((error) => log.error('Starting the machine again', error));
  }

  async #followEngine(signal: AbortSignal): Promise<void> {
    await forever('Following the engine', signal, async () => {
      const { state } = await this.#machine.status();
      if (state !== 'running') return;
      // The status already shows an engine that doesn't answer; events are still followed.
      await log.attempt("Reading the engine's warnings", this.#tellWarnings(), 'warn');
      const deaths = new DeathWatch(this.#engine);
      const filters = { type: ['container'] };
      for await (const event of engineEvents(this.#engine, { filters, looksOn: true, signal })) {
        const notice = await deaths.see(event);
        // A machine that goes down takes its containers with it.
        if (notice && (await this.#machine.status()).state === 'running') this.#add(notice);
      }
    });
  }

  /** What the engine found damaged when it started; each is told once. */
  async #tellWarnings(): Promise<void> {
    const warnings = await engineWarnings(this.#engine);
    const known = this.#warnings;
    this.#warnings = new Set(warnings.map(warningKey));
    this.#settle((key) => known.has(key) && !this.#warnings.has(key));
    for (const text of warnings.filter((each) => !known.has(warningKey(each)))) {
      this.#add({ key: warningKey(text), tone: 'bad', title: 'Damaged data was found', text });
    }
  }

  /** One about the same thing takes the place of the one before. */
  #add({ key, ...notice }: NewNotice): void {
    this.#lastId += 1;
    const at = new Date().toISOString();
    const others = this.#recent.filter((each) => each.key !== key);
    this.#recent = [{ key, id: this.#lastId, at, ...notice }, ...others].slice(0, KEPT);
    this.#tell();
  }

  #settle(isOver: (key: string) => boolean): void {
    const left = this.#recent.filter(({ key }) => !isOver(key));
    if (left.length === this.#recent.length) return;
    this.#recent = left;
    this.#tell();
  }

  #tell(): void {
    for (const wake of this.#watchers) wake();
  }
}

const warningKey = (text: string) => `warning ${text}`;

/** Of a machine that is started again after a crash where the user wants that. */
export function createNotices(
  machine: MachineControl,
  engine: EngineClient,
  settings: AppSettingsStore,
): Notices {
  return new Notices(machine, engine, async () => (await settings.read()).restartMachine);
}

/** Follows something again and again: the machine and its engine come and go. */
async function forever(
  what: string,
  signal: AbortSignal,
  follow: () => Promise<void>,
): Promise<void> {
  const retries = new Retries(log, what, RETRY_TIMES);
  while (!signal.aborted) {
    try {
      await follow();
      retries.succeeded();
      await retries.pause(signal);
    } catch (error) {
      await retries.failed(error, signal);
    }
  }
}
