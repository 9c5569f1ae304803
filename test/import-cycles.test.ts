import { describe, expect, it } from 'vitest';
import { allSources, type Import, importsOf } from './imports.ts';

const directories = ['build', 'electron', 'guest-agent', 'renderer', 'test', 'vm-image'];

/** The groups of files that import each other in a circle, each sorted. */
function cycles(imports: readonly Import[]): string[][] {
  const targets = new Map<string, Set<string>>();
  for (const { file, target } of imports) {
    const known = targets.get(file) ?? new Set();
    targets.set(file, known.add(target));
  }
  const found = new Map<string, string[]>();
  for (const file of targets.keys()) {
    if ([...found.values()].some((group) => group.includes(file))) continue;
    const reached = reachable(file, targets);
    if (!reached.has(file)) continue;
    const group = [...reached].filter((each) => reachable(each, targets).has(file)).sort();
    found.set(file, group);
  }
  return [...found.values()];
}

/** All files that a file imports, directly or not; itself only when it is in a circle. */
function reachable(file: string, targets: ReadonlyMap<string, ReadonlySet<string>>): Set<string> {
  const reached = new Set<string>();
  const pending = [...(targets.get(file) ?? [])];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (reached.has(next)) continue;
    reached.add(next);
    pending.push(...(targets.get(next) ?? []));
  }
  return reached;
}

const imports = directories
  .flatMap(allSources)
  .flatMap((file) => importsOf(file))
  .filter(({ isFile }) => isFile);

describe('imports', () => {
  it('never lead back to the file that they start from', () => {
    expect(imports.length).toBeGreaterThan(4000);
    expect(cycles(imports.filter(({ typeOnly }) => !typeOnly))).toEqual([]);
  });

  it('of types do not either', () => {
    expect(cycles(imports)).toEqual([]);
  });

  it('in a circle are found, static and dynamic ones', () => {
    const circle = [
      ...importsOf('electron/cli/a.ts', "import { b } from './b.ts';"),
      ...importsOf('electron/cli/b.ts', "const c = await import('./c.ts');"),
      ...importsOf('electron/cli/c.ts', "export * from './a.ts';\nimport './d.ts';"),
    ];
    expect(cycles(circle)).toEqual([
      ['electron/cli/a.ts', 'electron/cli/b.ts', 'electron/cli/c.ts'],
    ]);
  });
});
