import { EngineError } from '../../errors.ts';

/** What `--chmod` makes of a file's permissions. */
export interface PermissionChange {
  /** The permissions of all files and of new directories. Undefined for `u+x` and the like. */
  readonly fixed: number | undefined;
  readonly apply: (mode: number, isDirectory: boolean) => number;
}

const CLAUSE = /^([ugoa]*)((?:[+=-][rwxXstugo]*)+)$/;
const SHIFTS = { u: 6, g: 3, o: 0 } as const;

/**
 * Reads octal permissions, or symbolic ones such as `u=rwX,go-w`. Undefined for an empty text.
 * Throws EngineError 'invalid' in BuildKit's words.
 */
export function parseChange(text: string): PermissionChange | undefined {
  if (text === '') return undefined;
  if (/^\d/.test(text)) {
    if (!/^[0-7]+$/.test(text) || Number.parseInt(text, 8) > 0o7777) {
      throw new EngineError(
        'invalid',
        `invalid chmod parameter: '${text}'. it should be octal string and between 0 and 07777`,
      );
    }
    const fixed = Number.parseInt(text, 8);
    return { fixed, apply: () => fixed };
  }
  const operations = text.split(',').flatMap(clause);
  return {
    fixed: undefined,
    apply: (mode, isDirectory) =>
      operations.reduce((changed, operation) => operation(changed, mode, isDirectory), mode),
  };
}

type Operation = (mode: number, original: number, isDirectory: boolean) => number;

/** `u=rw+x`: one or several operations on the same classes. */
function clause(text: string): Operation[] {
  const [, who = '', rest] = CLAUSE.exec(text) ?? [];
  if (rest === undefined) throw new EngineError('invalid', 'invalid syntax');
  const classes = who === '' || who.includes('a') ? 'ugo' : who;
  return [...rest.matchAll(/([+=-])([rwxXstugo]*)/g)].map(
    ([, operator = '', letters = '']) =>
      (mode, original, isDirectory) => {
        const bits = permissions(classes, letters, mode, { original, isDirectory });
        if (operator === '+') return mode | bits;
        if (operator === '-') return mode & ~bits;
        return (mode & ~permissions(classes, 'rwxs', mode, { original, isDirectory })) | bits;
      },
  );
}

/** The bits that letters mean for classes of users. */
function permissions(
  classes: string,
  letters: string,
  mode: number,
  { original, isDirectory }: { original: number; isDirectory: boolean },
): number {
  let bits = 0;
  for (const letter of letters) {
    for (const user of classes) {
      const shift = SHIFTS[user as keyof typeof SHIFTS];
      if (letter === 'r') bits |= 4 << shift;
      else if (letter === 'w') bits |= 2 << shift;
      else if (letter === 'x') bits |= 1 << shift;
      else if (letter === 'X') bits |= isDirectory || (original & 0o111) !== 0 ? 1 << shift : 0;
      else if (letter === 's') bits |= user === 'u' ? 0o4000 : user === 'g' ? 0o2000 : 0;
      else if (letter === 't') bits |= classes === 'o' ? 0 : 0o1000;
      else bits |= ((mode >> SHIFTS[letter as keyof typeof SHIFTS]) & 7) << shift;
    }
  }
  return bits;
}
