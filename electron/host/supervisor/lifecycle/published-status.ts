import { EventEmitter } from 'node:events';
import type { MachineStatus } from '../../../api/machine.ts';
import type { StartPlan } from '../boot/prepare-start.ts';

/** The status of a VM as all callers see it. Each change is an event. */
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

  /** Replaces the status without an event; the next change publishes both. */
  prepare(status: MachineStatus): void {
    this.#now = status;
  }

  change(changes: Partial<MachineStatus>): void {
    this.set({ ...this.#now, ...changes });
  }

  /** Sets or removes `key`. */
  replace<Key extends 'domains' | 'engineNotAnsweringSince'>(
    key: Key,
    value: MachineStatus[Key] | undefined,
  ): void {
    const status = { ...this.#now };
    if (value === undefined) delete status[key];
    else status[key] = value;
    this.set(status);
  }

  /** The plan of a start. */
  showPlan({ settings, acceleration, applied, note: startNote }: StartPlan): void {
    const { cpus, memoryMiB, diskGiB } = settings;
    const { accelerator, note } = acceleration;
    this.change({
      ...{ cpus, memoryMiB, diskGiB, accelerator, applied: { ...applied } },
      ...(note && { acceleratorNote: note }),
      ...(startNote && { startNote }),
    });
  }

  /** Since when the running VM's engine hasn't answered; undefined if it answers. */
  showSilence(silentSince: Date | undefined): void {
    const since = this.#now.state === 'running' ? silentSince?.toISOString() : undefined;
    if (since !== this.#now.engineNotAnsweringSince) this.replace('engineNotAnsweringSince', since);
  }

  /** Removes all facts about the last run. */
  end(end: Pick<MachineStatus, 'state' | 'asleep' | 'failure'>): void {
    const { name, driver, cpus, memoryMiB, diskGiB } = this.#now;
    this.set({ name, driver, cpus, memoryMiB, diskGiB, ...end });
  }
}
