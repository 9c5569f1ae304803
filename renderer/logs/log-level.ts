import { jsonLine } from './json-line.ts';

export type LogLevel = 'error' | 'warning' | 'other';

/**
 * Words in capitals that loggers write, anywhere near the beginning of a line; in any case with a
 * mark, such as `[error]`, `level=warn` or `error:` at the beginning.
 */
const WORDS: readonly (readonly [level: LogLevel, words: string])[] = [
  ['error', 'error|err|fatal|critical|crit|panic|emerg|alert|severe'],
  ['warning', 'warning|warn'],
];

const PATTERNS = WORDS.map(
  ([level, words]) =>
    [
      level,
      new RegExp(`(^|[^A-Za-z])(${words.toUpperCase()})([^A-Za-z]|$)`),
      new RegExp(`\\[(${words})\\]|\\b(level|lvl|severity)=["']?(${words})\\b|^(${words}):`, 'i'),
    ] as const,
);

/** The level stands near the beginning: later words are part of the message. */
const LOOKED_AT = 120;

/** The level of a line without styles. Most lines have none. */
export function levelOf(text: string): LogLevel {
  const json = jsonLine(text)?.level;
  if (json !== undefined) return levelNamed(json);
  const start = text.slice(0, LOOKED_AT);
  return (
    PATTERNS.find(([, capitals, marked]) => capitals.test(start) || marked.test(start))?.[0] ??
    'other'
  );
}

const levelNamed = (name: string): LogLevel =>
  WORDS.find(([, words]) => new RegExp(`^(${words})$`, 'i').test(name))?.[0] ?? 'other';

/** What a person can choose to see. */
export const LEVEL_CHOICES = [
  { value: 'all', label: 'All levels' },
  { value: 'warning', label: 'Warnings and errors' },
  { value: 'error', label: 'Errors' },
] as const;

export type LevelChoice = (typeof LEVEL_CHOICES)[number]['value'];

/** Whether a choice includes a level. */
export const includesLevel = (choice: LevelChoice, level: LogLevel): boolean =>
  choice === 'all' || level === 'error' || (choice === 'warning' && level === 'warning');
