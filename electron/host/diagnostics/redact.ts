import { homedir, userInfo } from 'node:os';
import { setImmediate } from 'node:timers/promises';

/** The replacement for a secret. */
const left = '[removed]';

const secretWord =
  'passw(?:or)?d|passphrase|secret|token|auth|credential|api[-_]?key|private[-_]?key';

/** Matches the start of a run of word characters and dashes that contains a word for secrets. */
const secretName = (words: string) => `(?<![\\w-])(?=[\\w-]*?(?:${words}))[\\w-]*`;

/**
 * Each pattern keeps the name and drops the secret. Logs are long and anyone can write into them,
 * so a pattern starts only once in a run of characters and uses a lookahead, which never
 * backtracks.
 */
const patterns: readonly [RegExp, string][] = [
  // Private keys, complete or truncated, as lines or in JSON text.
  [
    /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----(?:[\s\S]*?-----END [A-Z0-9 ]*PRIVATE KEY-----|[\s\S]*)/g,
    left,
  ],
  // Environments of containers, up to their end or to where they are truncated.
  [/("Env"\s*:\s*)\[(?:[^\]"]|"(?:[^"\\\n]|\\.)*(?:"|$))*(?:\]|(?=")|$)/gi, `$1["${left}"]`],
  // User names and passwords in URLs of proxies, registries and databases.
  [/(?<![a-z0-9+.-])([a-z0-9+.-]+:\/\/)[^\s/"'<>]*@/gi, `$1${left}@`],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, `$1 ${left}`],
  [
    /\b((?:proxy-)?authorization|x-registry-(?:auth|config))(["']?\s*[:=]\s*["']?)(?!Bearer|Basic)[^\s"',]+/gi,
    `$1$2${left}`,
  ],
  // JSON, and objects printed by Node.
  [
    new RegExp(`("(?=[^"]*?(?:${secretWord}))[^"]*"\\s*:\\s*)"(?:[^"\\\\]|\\\\.)*"`, 'gi'),
    `$1"${left}"`,
  ],
  [
    new RegExp(`(${secretName(secretWord)}\\s*:\\s*)(['\`])(?:(?!\\2)[^\\\\]|\\\\.)*\\2`, 'gi'),
    `$1'${left}'`,
  ],
  // Variables and flags.
  [
    new RegExp(`(${secretName(`${secretWord}|key`)}=)("[^"]*"|'[^']*'|[^\\s"',\\]]+)`, 'gi'),
    `$1${left}`,
  ],
  [
    new RegExp(
      `((?<![\\w-])(?=\\w*-[\\w-]*?(?:${secretWord}))[\\w-]*\\s+)("[^"]*"|'[^']*'|[^\\s"',\\]]+)`,
      'gi',
    ),
    `$1${left}`,
  ],
  // Tokens that have a recognizable format.
  [/(?<![\w-])((?:(?!\beyJ)[\w-])*)\beyJ[\w-]{6,}\.[\w-]+\.[\w-]*/g, `$1${left}`],
  [/\b(?:gh[pousr]_|github_pat_|glpat-|dckr_pat_|xox[abprs]-|AKIA|npm_)[\w-]{8,}/g, left],
];

export interface Person {
  readonly home: string;
  readonly user: string;
}

/**
 * Removes text that looks like a secret, the user's name and the home directory, which becomes `~`.
 * Intended for logs and documents without secrets of their own: a bare password can't be
 * recognized.
 */
export function redact(text: string, person = currentPerson()) {
  const secretless = patterns.reduce(
    (result, [pattern, replacement]) => result.replace(pattern, replacement),
    text,
  );
  return withoutPerson(secretless, person);
}

/** The same for a long text. The process can do other work between the patterns. */
export async function redactInTurns(text: string): Promise<string> {
  let secretless = text;
  for (const [pattern, replacement] of patterns) {
    secretless = secretless.replace(pattern, replacement);
    await setImmediate();
  }
  return withoutPerson(secretless, currentPerson());
}

const currentPerson = (): Person => ({ home: homedir(), user: userInfo().username });

function withoutPerson(text: string, { home, user }: Person): string {
  // The plain path, the JSON-escaped path, and the path with forward slashes.
  const forms = [home, JSON.stringify(home).slice(1, -1), home.replaceAll('\\', '/')];
  const homeless = forms
    .filter((form) => form.length > 1)
    .sort((a, b) => b.length - a.length)
    // Whole paths only: `/root` isn't part of `/srv/root.img`.
    .map((form) => new RegExp(`(?<![\\w.~-])${escaped(form)}(?![\\w-]|\\.\\w)`, 'g'))
    .reduce((result, form) => result.replace(form, '~'), text);
  // `root` is part of many names and identifies nobody.
  if (user.length < 2 || user === 'root') return homeless;
  return homeless.replace(new RegExp(`(?<![\\w.-])${escaped(user)}(?![\\w-])`, 'g'), 'USER');
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
