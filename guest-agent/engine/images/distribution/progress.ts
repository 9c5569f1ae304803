import { awaitedElsewhere } from '../../../errors.ts';

/** One line of a pull's answer, in the Engine API's form. */
export interface ProgressMessage {
  readonly status: string;
  /** The short name of the layer. */
  readonly id?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
  /** A progress bar for terminals. */
  readonly progress?: string;
}

export type Report = (message: ProgressMessage) => void;

/**
 * Runs `work` and yields its reports as they arrive. Newer progress of a layer replaces older
 * progress that wasn't read yet, so a slow reader neither slows the work down nor fills the memory.
 * Ends or throws as `work` does. If the reader leaves early, the signal of `work` aborts.
 */
export async function* withProgress(
  signal: AbortSignal,
  work: (report: Report, signal: AbortSignal) => Promise<void>,
): AsyncGenerator<ProgressMessage> {
  const leave = new AbortController();
  const pending: ProgressMessage[] = [];
  let wake = Promise.withResolvers<void>();
  let running = true;
  const report: Report = (message) => {
    const older = pending.findLastIndex(({ id }) => id === message.id);
    if (isFigure(message) && isFigure(pending[older])) pending[older] = message;
    else pending.push(message);
    wake.resolve();
  };
  const done = work(report, AbortSignal.any([signal, leave.signal])).finally(() => {
    running = false;
    wake.resolve();
  });
  done.catch(awaitedElsewhere);
  try {
    while (running || pending.length > 0) {
      await wake.promise;
      wake = Promise.withResolvers<void>();
      for (let next = pending.shift(); next !== undefined; next = pending.shift()) yield next;
    }
    await done;
  } finally {
    leave.abort();
    await Promise.allSettled([done]);
  }
}

/** A line such as `Downloading`, with the progress so far. */
export function figure(
  status: string,
  id: string,
  current: number,
  total: number,
): ProgressMessage {
  return { status, id, progressDetail: { current, total }, progress: bar(current, total) };
}

export function step(status: string, id: string): ProgressMessage {
  return { status, id, progressDetail: {} };
}

function isFigure(message: ProgressMessage | undefined): boolean {
  return message?.progress !== undefined;
}

const BAR_WIDTH = 50;

/** `[=====>     ]  1.2MB/3MB` */
function bar(current: number, total: number): string {
  const filled = total > 0 ? Math.floor((Math.min(current, total) / total) * BAR_WIDTH) : BAR_WIDTH;
  const line = `${'='.repeat(filled)}>`.slice(0, BAR_WIDTH).padEnd(BAR_WIDTH);
  return `[${line}]  ${humanSize(current)}/${humanSize(total)}`;
}

/** Decimal units with up to four digits, as in the docker command: `1.234MB`. */
function humanSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1000;
  return `${Number(value.toPrecision(4))}${units[unit]}`;
}
