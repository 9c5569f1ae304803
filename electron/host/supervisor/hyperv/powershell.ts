import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { HostError } from '../../base/errors.ts';
import { loggerOf } from '../../base/log.ts';
import { parseJson } from '../../base/parse-json.ts';
import { takeTurns } from '../../base/take-turns.ts';

const log = loggerOf('powershell');

/** A cmdlet's error, in PowerShell's own words. */
export class CmdletError extends HostError {
  /** PowerShell's `FullyQualifiedErrorId`. Unlike the message, it isn't translated. */
  readonly errorId: string;
  /** PowerShell's error category, such as `PermissionDenied`. */
  readonly category: string;

  constructor({ message, id, category }: z.infer<typeof errorSchema>, operation: string) {
    super('machine-failed', `${message.trim()} (Hyper-V, ${operation})`);
    this.errorId = id;
    this.category = category;
  }
}

const errorSchema = z.object({ message: z.string(), id: z.string(), category: z.string() });
const replySchema = z.discriminatedUnion('ok', [
  z.object({ id: z.number(), ok: z.literal(true), result: z.unknown() }),
  z.object({ id: z.number(), ok: z.literal(false), error: errorSchema }),
]);
type Reply = z.infer<typeof replySchema>;

export interface PowerShellProgram {
  readonly program: string;
  readonly args: readonly string[];
}

/** With `-Command -`, PowerShell runs each line of its standard input. */
export const windowsPowerShell: PowerShellProgram = {
  program: 'powershell.exe',
  args: ['-NoLogo', '-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass', '-Command', '-'],
};

/** Runs operations of one script in a PowerShell process that stays open between calls. */
export interface PowerShell {
  /**
   * Runs an operation and parses its result. Calls take turns. Rejects with `CmdletError`, or with
   * HostError 'timeout' after the deadline, which ends the process.
   */
  call<T>(operation: string, parameters: object, result: z.ZodType<T>, limit?: number): Promise<T>;
}

const defaultLimitMs = 60_000;
/** An unused PowerShell ends after this time, because it takes up 60 MB and more. */
const idleMs = 120_000;

interface Session {
  readonly child: ChildProcess;
  readonly waiting: Map<number, (reply: Reply | Error) => void>;
}

/**
 * `script` reads one request a line from the console and writes one reply a line. The process starts
 * at the first call, and again if it has ended.
 */
export function createPowerShell(
  script: string,
  { program, args }: PowerShellProgram = windowsPowerShell,
): PowerShell {
  const inTurn = takeTurns();
  let session: Session | undefined;
  let lastId = 0;
  let idle: NodeJS.Timeout | undefined;

  const open = (): Session => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true });
    const opened: Session = { child, waiting: new Map() };
    const end = (error: Error) => {
      if (session === opened) session = undefined;
      for (const settle of opened.waiting.values()) settle(error);
      opened.waiting.clear();
    };
    child.once('error', (cause) => {
      end(new HostError('missing-program', `Can't run ${program}`, { cause }));
    });
    child.once('exit', (code, signal) => {
      end(new HostError('connection', `PowerShell ended unexpectedly (${signal ?? code})`));
    });
    // A process that has ended is reported by `exit`.
    child.stdin?.on('error', (error) => log.debug('Writing to PowerShell', error));
    if (child.stdout)
      createInterface({ input: child.stdout }).on('line', (line) => read(opened, line));
    child.stderr?.on('data', (data) => log.warn(String(data)));
    // The supervisor may exit while PowerShell waits: its closed input ends the script.
    child.unref();
    for (const stream of child.stdio) if (stream && 'unref' in stream) unref(stream);
    child.stdin?.write(`${loadLine(script)}\n`);
    return opened;
  };

  const run = async (operation: string, parameters: object, limit: number): Promise<unknown> => {
    clearTimeout(idle);
    session ??= open();
    const { child, waiting } = session;
    const id = ++lastId;
    const { promise, resolve } = Promise.withResolvers<Reply | Error>();
    waiting.set(id, resolve);
    const deadline = setTimeout(() => {
      resolve(
        new HostError('timeout', `Hyper-V didn't answer within ${limit / 1000} s (${operation})`, {
          hint: 'Restart the service "Hyper-V Virtual Machine Management", or your PC.',
        }),
      );
      // The operation may hang for good, and others would wait behind it.
      child.kill('SIGKILL');
    }, limit);
    child.stdin?.write(`${asciiJson({ id, operation, parameters })}\n`);
    const reply = await promise;
    clearTimeout(deadline);
    waiting.delete(id);
    idle = setTimeout(() => session?.child.stdin?.end(), idleMs).unref();
    if (reply instanceof Error) throw reply;
    if (!reply.ok) throw new CmdletError(reply.error, operation);
    return reply.result;
  };

  return {
    call: async (operation, parameters, result, limit = defaultLimitMs) =>
      result.parse(await inTurn(() => run(operation, parameters, limit))),
  };
}

/** Cmdlets may write other text, such as a warning. */
function read({ waiting }: Session, line: string): void {
  const reply = replySchema.safeParse(parseJson(line));
  if (!reply.success) log.debug(`PowerShell wrote: ${line}`);
  else waiting.get(reply.data.id)?.(reply.data);
}

function unref(stream: object): void {
  if ('unref' in stream && typeof stream.unref === 'function') stream.unref();
}

/** One line that runs the whole script, whatever characters and lines the script has. */
const loadLine = (script: string) =>
  `& ([ScriptBlock]::Create([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('${Buffer.from(script).toString('base64')}'))))`;

/** PowerShell reads its input in the system's code page, which has ASCII in common with UTF-8. */
const asciiJson = (value: unknown) =>
  JSON.stringify(value).replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
