import type { Random } from '../../fixtures/random.ts';
import type { Model } from './model.ts';
import type { Operation } from './operation.ts';

/** What random operations know: the model, and the folders that belong to the side in this batch. */
export interface Choice {
  readonly random: Random;
  readonly model: Model;
  readonly roots: readonly string[];
  /** The numbers of files that the side has open. */
  readonly open: Set<number>;
  readonly nextHandle: () => number;
}

const NAMES = [
  'a',
  'b',
  'c',
  'file.txt',
  'src',
  'Makefile',
  'ä ö',
  'UPPER',
  'upper',
  '.hidden',
] as const;
const SIZES = [0, 1, 100, 4_096, 20_000, 150_000] as const;

/** An operation that the model can judge. Most succeed, and some must fail. */
export function chooseOperation(choice: Choice): Operation {
  const { random, model, roots, open } = choice;
  const directories = model.paths('directory', roots);
  const files = model.paths('file', roots);
  const inDirectory = (of = directories) =>
    `${random.pickFrom(of) ?? roots[0]}/${random.pick(NAMES)}`;
  /** Stays in the path's root: two roots must not share a file, since two sides may have them. */
  const nearby = (path: string) =>
    inDirectory(directories.filter((each) => each.split('/')[0] === path.split('/')[0]));
  const links = new Set(model.paths('link', roots));
  /** A path that isn't a link, since a write would follow it. */
  const target = () => {
    for (let tries = 0; tries < 10; tries++) {
      const path = inDirectory();
      if (!links.has(path)) return path;
    }
    return `${roots[0]}/plain`;
  };
  const file = () => (random.chance(0.95) ? (random.pickFrom(files) ?? target()) : target());
  const anything = () =>
    random.pickFrom([...files, ...links, ...directories.filter((path) => path.includes('/'))]) ??
    target();
  const text = () => {
    const size = random.pick(SIZES);
    return `${random.integer(0, 1e9)} `.repeat(Math.ceil(size / 8)).slice(0, size);
  };
  const moved = (kind: 'rename' | 'link', path: string) => ({ kind, path, to: nearby(path) });
  const offset = () => random.integer(0, 30_000);
  const handle = [...open].at(0);
  return random.weighted<() => Operation>([
    [20, () => ({ kind: 'write', path: target(), text: text() })],
    [8, () => ({ kind: 'append', path: target(), text: text() })],
    [8, () => ({ kind: 'patch', path: file(), offset: offset(), text: text() })],
    [4, () => ({ kind: 'truncate', path: file(), size: offset() })],
    [8, () => ({ kind: 'unlink', path: anything() })],
    [8, () => ({ kind: 'mkdir', path: inDirectory() })],
    [5, () => ({ kind: 'rmdir', path: anything() })],
    [10, () => moved('rename', anything())],
    [4, () => moved('link', anything())],
    [3, () => ({ kind: 'symlink', path: inDirectory(), target: random.pick(NAMES) })],
    [4, () => ({ kind: 'chmod', path: file(), mode: random.pick([0o600, 0o644, 0o755, 0o440]) })],
    [
      4,
      () => ({
        ...{ kind: 'times', path: file() },
        nanoseconds: `${1_500_000_000 + random.integer(0, 1e8)}${`${random.integer(0, 999_999_999)}`.padStart(9, '0')}`,
      }),
    ],
    [4, () => ({ kind: 'open', path: file(), handle: choice.nextHandle() })],
    [
      6,
      () =>
        handle === undefined
          ? { kind: 'list', path: random.pickFrom(directories) ?? '' }
          : { kind: 'patch-open', handle, offset: offset(), text: text() },
    ],
    [3, () => (handle === undefined ? { kind: 'read', path: file() } : { kind: 'close', handle })],
    [8, () => ({ kind: 'read', path: file() })],
    [8, () => ({ kind: 'list', path: random.pickFrom(directories) ?? '' })],
  ])();
}
