import type { MachineStatus } from '../../api/machine.ts';
import type { Notice } from '../../api/notices.ts';
import { Changes } from '../base/changes.ts';
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

/** The number of notices to keep. */
const KEPT = 30;
const RETRY_TIMES = { firstMs: 1000, longestMs: 10_000 };
const RESTART_PAUSE_MS = 5 * 60_000;

/**
 * Events that the user didn't start but should know about: one list for all app windows and the
 * system notifications. Only watches while somebody follows the list.
 */
export class Notices {
  readonly #machine: MachineControl;
  readonly #engine: EngineClient;
  readonly #changes = new Changes();
  #recent: (Notice & { readonly key: string })[] = [];
  #lastId = 0;
  /** Keys of the engine's warnings at the last check. */
  #warnings: ReadonlySet<string> = new Set();
  #looking: AbortController | undefined;
  readonly #mayRestart: () => Promise<boolean>;
  #restartedAt = 0;

  /** `mayRestart` is called when the VM has crashed. */
  constructor(machine: MachineControl, engine: EngineClient, mayRestart: () => Promise<boolean>) {
    this.#machine = machine;
    this.#engine = engine;
    this.#mayRestart = mayRestart;
  }

  /** Yields the recent notices, newest first, now and after each change, until `signal` aborts. */
  async *watch(signal: AbortSignal): AsyncGenerator<Notice[], void, undefined> {
    const recent = () => this.#recent.map(({ key: _, ...notice }) => notice);
    const following = this.#changes.follow(recent, signal);
    if (!this.#looking) this.#look();
    try {
      yield* following;
    } finally {
      if (!this.#changes.hasFollowers) this.#looking?.abort();
    }
  }

  clear(): void {
    this.#recent = [];
    this.#changes.tell();
  }

  #look(): void {
    const looking = new AbortController();
    const { signal } = looking;
    this.#looking = looking;
    void Promise.all([this.#followMachine(signal), this.#followEngine(signal)]).finally(() => {
      if (this.#looking === looking) this.#looking = undefined;
      // A new follower arrived while the last one left.
      if (this.#changes.hasFollowers && !this.#looking) this.#look();
    });
  }

  async #followMachine(signal: AbortSignal): Promise<void> {
    await forever(`Following the VM's status`, signal, async () => {
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

  /**
   * Don't restart a VM that crashes again right after a restart: a start doesn't fix its problem.
   */
  async #restart(): Promise<void> {
    if (Date.now() - this.#restartedAt < RESTART_PAUSE_MS || !(await this.#mayRestart())) return;
    this.#restartedAt = Date.now();
    const title = 'The VM is running again';
    const text = 'The VM stopped unexpectedly, and Berth restarted it.';
    this.#machine
      .start()
      .then(() => this.#add({ key: MACHINE_KEY, tone: 'good', title, text }))
      // The status reports a failed start too.
      .catch((error) => log.error('Restarting the VM', error));
  }

  async #followEngine(signal: AbortSignal): Promise<void> {
    await forever('Following the engine', signal, async () => {
      const { state } = await this.#machine.status();
      if (state !== 'running') return;
      // The status already reports a silent engine. Keep following its events.
      await log.attempt("Reading the engine's warnings", this.#tellWarnings(), 'warn');
      const deaths = new DeathWatch(this.#engine);
      const filters = { type: ['container'] };
      for await (const event of engineEvents(this.#engine, { filters, looksOn: true, signal })) {
        const notice = await deaths.see(event);
        // A VM that stops also stops its containers.
        if (notice && (await this.#machine.status()).state === 'running') this.#add(notice);
      }
    });
  }

  /** Damage that the engine found when it started, each shown once. */
  async #tellWarnings(): Promise<void> {
    const warnings = await engineWarnings(this.#engine);
    const known = this.#warnings;
    this.#warnings = new Set(warnings.map(warningKey));
    this.#settle((key) => known.has(key) && !this.#warnings.has(key));
    for (const text of warnings.filter((each) => !known.has(warningKey(each)))) {
      this.#add({ key: warningKey(text), tone: 'bad', title: 'Damaged data was found', text });
    }
  }

  /** Replaces an earlier notice about the same subject. */
  #add({ key, ...notice }: NewNotice): void {
    this.#lastId += 1;
    const at = new Date().toISOString();
    const others = this.#recent.filter((each) => each.key !== key);
    this.#recent = [{ key, id: this.#lastId, at, ...notice }, ...others].slice(0, KEPT);
    this.#changes.tell();
  }

  #settle(isOver: (key: string) => boolean): void {
    const left = this.#recent.filter(({ key }) => !isOver(key));
    if (left.length === this.#recent.length) return;
    this.#recent = left;
    this.#changes.tell();
  }
}

const warningKey = (text: string) => `warning ${text}`;

/** Restarts the VM after a crash, if the user wants that. */
export function createNotices(
  machine: MachineControl,
  engine: EngineClient,
  settings: AppSettingsStore,
): Notices {
  return new Notices(machine, engine, async () => (await settings.read()).restartMachine);
}

/** Follows a source and reconnects forever, because the VM and its engine come and go. */
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
