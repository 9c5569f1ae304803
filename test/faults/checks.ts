import { setTimeout as delay } from 'node:timers/promises';
import type { EngineAuditFinding } from '../../guest-agent/contract/endpoints/audit.ts';
import type { Acknowledged } from './acknowledged.ts';
import type { EngineApi } from './engine-api.ts';

/** What a run of the suite has counted. */
export interface FaultResult {
  readonly summary: string;
  readonly isClean: boolean;
}

/** Milliseconds for the engine to clean up after a fault. */
const SETTLE = 10_000;

/** What a run has found: lost things, orphans and failures. Each is counted and printed once. */
export class Findings {
  readonly counts = { lost: 0, orphans: 0, failures: 0 };
  readonly #print: (line: string) => void;
  readonly #known = new Set<string>();

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  get isClean(): boolean {
    return this.#known.size === 0;
  }

  /** For the last line of a run. */
  get summary(): string {
    const { lost, orphans, failures } = this.counts;
    return `${lost} lost, ${orphans} orphans, ${failures} failed operations`;
  }

  /**
   * Compares the engine with its records, and with what it has acknowledged. Unless `isDone`, a request was
   * interrupted, and the next one can use what it downloaded.
   */
  async check(
    label: string,
    api: EngineApi,
    acknowledged: Pick<Acknowledged, 'missing'>,
    { isDone = true, settle = SETTLE } = {},
  ): Promise<void> {
    let found: [fault: string, isLoss: boolean][] = [];
    for (const deadline = Date.now() + settle; ; ) {
      found = (await api.audit())
        .filter(({ About, Message }) => isDone || !isPartly(About, Message))
        .map(({ Kind, Message }): [string, boolean] => [`${Kind}: ${Message}`, isLoss(Kind)])
        // A leftover stays until the end of the run.
        .filter(([fault]) => !this.#known.has(fault));
      if (found.length === 0 || Date.now() > deadline) break;
      await delay(500);
    }
    for (const [fault, isLost] of found) this.#note(isLost ? 'lost' : 'orphans', label, fault);
    for (const lost of await acknowledged.missing()) {
      if (!this.#known.has(lost)) this.#note('lost', label, lost);
    }
  }

  /** Notes that an operation failed. */
  fail(label: string, what: string, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.#note('failures', label, `${what}: ${reason}`);
  }

  #note(count: keyof Findings['counts'], label: string, fault: string): void {
    this.counts[count] += 1;
    // Failures differ by what failed, and others by what is wrong.
    this.#known.add(count === 'failures' ? `${label} ${fault}` : fault);
    this.#print(`${label}\n  ${fault}`);
  }
}

/** What a request that failed may leave for the next one: downloads, and half a removal. */
const isPartly = (about: string, message: string) =>
  about.startsWith('sha256:') || /removal of .* isn't complete/.test(message);

const isLoss = (kind: EngineAuditFinding['Kind']) => kind === 'lost' || kind === 'damaged';
