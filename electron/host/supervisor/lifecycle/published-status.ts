import { EventEmitter } from 'node:events';
import type { MachineStatus } from '../../../api/machine.ts';
import type { StartPlan } from '../boot/prepare-start.ts';

/** The status of a machine as everybody sees it. Each change is an event. */
export class PublishedStatus {
  readonly events: EventEmitter<{ status: [MachineStatus] }> = new EventEmitter();
  #now: MachineStatus;

  constructor(initial: MachineStatus) {
    this.#now = initial;
  }

  get now(): MachineStatus {
    return this.#now;
  }

  set(status: MachineStatus): void {
    this.#now = status;
    this.events.emit('status', status);
  }

  /** Replaces the status without an event: the next change publishes both. */
  prepare(status: MachineStatus): void {
    this.#now = status;
  }

  change(changes: Partial<MachineStatus>): void {
    this.set({ ...this.#now, ...changes });
  }

  /** Removes `key`, or gives it another value. */
  replace<Key extends 'domains' | 'engineNotAnsweringSince'>(
    key: Key,
    value: MachineStatus[Key] | undefined,
  ): void {
    const status = { ...this.#now };
    if (value === undefined) delete status[key];
    else status[key] = value;
    this.set(status);
  }

  /** What a start is going to use. */
  showPlan({ settings, acceleration, applied, note: startNote }: StartPlan): void {
    const { cpus, memoryMiB, diskGiB } = settings;
    const { accelerator, note } = acceleration;
    this.change({
      ...{ cpus, memoryMiB, diskGiB, accelerator, applied: { ...applied } },
      ...(note && { acceleratorNote: note }),
      ...(startNote && { startNote }),
    });
  }

  /** Since when the engine of a running machine hasn't answered; undefined when it answers. */
  showSilence(silentSince: Date | undefined): void {
    const since = this.#now.state === 'running' ? silentSince?.toISOString() : undefined;
    if (since !== this.#now.engineNotAnsweringSince) this.replace('engineNotAnsweringSince', since);
  }

  /** Forgets everything that was true of one run only. */
  end(end: Pick<MachineStatus, 'state' | 'asleep' | 'failure'>): void {
    const { name, driver, cpus, memoryMiB, diskGiB } = this.#now;
    this.set({ name, driver, cpus, memoryMiB, diskGiB, ...end });
  }
}
