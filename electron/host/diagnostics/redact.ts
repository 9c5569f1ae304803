import { homedir, userInfo } from 'node:os';

/** What stands for a secret. */
const left = '[left out]';

const secretWord =
  'passw(?:or)?d|passphrase|secret|token|auth|credential|api[-_]?key|private[-_]?key';

/** The beginning of a run of word characters and dashes that has a secret's word in it. */
const secretName = (words: string) => `(?<![\\w-])(?=[\\w-]*?(?:${words}))[\\w-]*`;

/**
 * Each pattern keeps what says that there was something, and drops what it was. Logs are long, and
 * anyone may write into them: a pattern begins once in a run of characters, never at each of them,
 * and looks ahead for words (a lookahead is not gone back into).
 */
const patterns: readonly [RegExp, string][] = [
  // Keys, whole or cut off, as lines or within a JSON text.
  [
    /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----(?:[\s\S]*?-----END [A-Z0-9 ]*PRIVATE KEY-----|[\s\S]*)/g,
    left,
  ],
  // The environment of containers, up to its end or to where it is cut off.
  [/("Env"\s*:\s*)\[(?:[^\]"]|"(?:[^"\\\n]|\\.)*(?:"|$))*(?:\]|(?=")|$)/gi, `$1["${left}"]`],
  // Names and passwords in addresses: of proxies, registries, databases.
  [/(?<![a-z0-9+.-])([a-z0-9+.-]+:\/\/)[^\s/"'<>]*@/gi, `$1${left}@`],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, `$1 ${left}`],
  [
    /\b((?:proxy-)?authorization|x-registry-(?:auth|config))(["']?\s*[:=]\s*["']?)(?!Bearer|Basic)[^\s"',]+/gi,
    `$1$2${left}`,
  ],
  // JSON, and what Node prints of objects.
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
  // Tokens that are known by their looks.
  [/(?<![\w-])((?:(?!\beyJ)[\w-])*)\beyJ[\w-]{6,}\.[\w-]+\.[\w-]*/g, `$1${left}`],
  [/\b(?:gh[pousr]_|github_pat_|glpat-|dckr_pat_|xox[abprs]-|AKIA|npm_)[\w-]{8,}/g, left],
];

export interface Person {
  readonly home: string;
  readonly user: string;
}

/**
 * Drops what looks like a secret, and who the user is: the home directory becomes `~`. Meant for
 * logs and documents that hold none by themselves; a password that stands alone cannot be told.
 */
export function redact(
  text: string,
  person: Person = { home: homedir(), user: userInfo().username },
) {
  const secretless = patterns.reduce(
    (result, [pattern, replacement]) => result.replace(pattern, replacement),
    text,
  );
  return withoutPerson(secretless, person);
}

function withoutPerson(text: string, { home, user }: Person): string {
  // As it is, as JSON writes it, and with the slashes of addresses.
  const forms = [home, JSON.stringify(home).slice(1, -1), home.replaceAll('\\', '/')];
  const homeless = forms
    .filter((form) => form.length > 1)
    .sort((a, b) => b.length - a.length)
    // A whole path only: `/root` is no part of `/srv/root.img`.
    .map((form) => new RegExp(`(?<![\\w.~-])${escaped(form)}(?![\\w-]|\\.\\w)`, 'g'))
    .reduce((result, form) => result.replace(form, '~'), text);
  // `root` is in many names, and nobody's.
  if (user.length < 2 || user === 'root') return homeless;
  return homeless.replace(new RegExp(`(?<![\\w.-])${escaped(user)}(?![\\w-])`, 'g'), 'USER');
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
