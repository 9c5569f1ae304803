import type { Resolution } from './resolver.ts';

const maximumEntries = 2_000;
/** The number of parallel questions: each may block a thread. */
const maximumPending = 12;
const maximumWaiting = 500;

type Resolve = (name: string, type: string) => Promise<Resolution>;

/** Caches answers for their lifetime, combines equal questions, and limits parallel questions. */
export class NameCache {
  readonly #resolve: Resolve;
  readonly #now: () => number;
  readonly #entries = new Map<string, { readonly until: number; readonly known: Resolution }>();
  readonly #pending = new Map<string, Promise<Resolution>>();
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** `now`: milliseconds. */
  constructor(resolve: Resolve, now: () => number = () => performance.now()) {
    this.#resolve = resolve;
    this.#now = now;
  }

  /** Names are case-insensitive. TTLs in records are the remaining time. */
  async resolve(name: string, type: string): Promise<Resolution> {
    const key = `${type} ${name.toLowerCase()}`;
    const entry = this.#entries.get(key);
    if (entry !== undefined) {
      const left = Math.ceil((entry.until - this.#now()) / 1000);
      if (left > 0) return aged(entry.known, left);
      this.#entries.delete(key);
    }
    const asked =
      this.#pending.get(key) ??
      this.#ask(key, name, type).finally(() => {
        this.#pending.delete(key);
      });
    this.#pending.set(key, asked);
    return asked;
  }

  async #ask(key: string, name: string, type: string): Promise<Resolution> {
    if (this.#waiting.length >= maximumWaiting) return { rcode: 2, answers: [], ttl: 0 };
    if (this.#running >= maximumPending) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#running++;
    try {
      const known = await this.#resolve(name, type);
      if (known.ttl > 0) this.#keep(key, known);
      return known;
    } finally {
      // The next question takes the turn.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }

  #keep(key: string, known: Resolution): void {
    if (this.#entries.size >= maximumEntries) {
      const [oldest] = this.#entries.keys();
      if (oldest !== undefined) this.#entries.delete(oldest);
    }
    this.#entries.set(key, { until: this.#now() + known.ttl * 1000, known });
  }
}

function aged(known: Resolution, left: number): Resolution {
  return { ...known, ttl: left, answers: known.answers.map((each) => ({ ...each, ttl: left })) };
}
