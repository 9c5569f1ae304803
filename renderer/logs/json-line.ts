/** A log line that is a JSON object, as most structured loggers write. */
export interface JsonLine {
  readonly level?: string;
  readonly message?: string;
  /** The other fields, as text. The time is missing: the engine has it too. */
  readonly rest: readonly (readonly [name: string, value: string])[];
}

const LEVELS = ['level', 'severity', 'lvl', 'log.level'];
const MESSAGES = ['msg', 'message', 'event', '@message'];
const TIMES = ['time', 'timestamp', 'ts', '@timestamp'];

/** Numbers of the loggers bunyan and pino. */
const NUMBERS: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};

/** The fields of a JSON line; undefined for any other line. */
export function jsonLine(text: string): JsonLine | undefined {
  const object = parseObject(text);
  if (!object) return undefined;
  const nameIn = (names: readonly string[]) => names.find((name) => object[name] !== undefined);
  const [levelName, messageName] = [nameIn(LEVELS), nameIn(MESSAGES)];
  const level = levelName === undefined ? undefined : object[levelName];
  const used = [levelName, messageName, ...TIMES];
  return {
    ...(level !== undefined && {
      level: typeof level === 'number' ? (NUMBERS[level] ?? `${level}`) : valueText(level),
    }),
    ...(messageName !== undefined && { message: valueText(object[messageName]) }),
    rest: Object.entries(object)
      .filter(([name]) => !used.includes(name))
      .map(([name, value]) => [name, valueText(value)] as const),
  };
}

const valueText = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  // Most lines aren't JSON: an error for each of them would cost too much.
  if (!text.startsWith('{') || !text.trimEnd().endsWith('}')) return undefined;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}
