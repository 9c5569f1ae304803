/** The part of a module's own description that loading it needs. */
export interface ModuleInfo {
  /** Modules whose symbols this module needs. */
  readonly depends: readonly string[];
  /** Modules that should be loaded too, if they exist. */
  readonly wants: readonly string[];
}

/** `kernel/fs/9p/9p.ko.xz` -> `9p`. In names of modules, `-` and `_` are the same. */
export function moduleName(path: string): string {
  return canonical(path.replace(/^.*\//, '').replace(/\.ko(\.\w+)?$/, ''));
}

export function canonical(name: string): string {
  return name.replaceAll('-', '_');
}

/**
 * Reads the `.modinfo` section of an unpacked module: NUL-terminated `key=value` texts. It searches
 * for the keys, because nothing else in a module looks like them.
 */
export function readModuleInfo(module: Buffer): ModuleInfo {
  const values = (key: string) => {
    const found: string[] = [];
    const prefix = `\0${key}=`;
    for (let at = module.indexOf(prefix); at >= 0; at = module.indexOf(prefix, at + 1)) {
      const start = at + prefix.length;
      found.push(module.toString('latin1', start, module.indexOf(0, start)));
    }
    return found;
  };
  return {
    depends: values('depends')
      .flatMap((list) => list.split(','))
      .filter((name) => name !== '')
      .map(canonical),
    wants: values('softdep')
      .flatMap((text) => text.split(/\s+/))
      .filter((word) => word !== '' && !word.endsWith(':'))
      .map(canonical),
  };
}

/**
 * The modules and all their dependencies. `info` returns undefined for a built-in module, and throws
 * for an unknown module.
 */
export async function followDependencies(
  names: readonly string[],
  info: (name: string, wantedOnly: boolean) => Promise<ModuleInfo | undefined>,
): Promise<string[]> {
  const found = new Set<string>();
  const visit = async (name: string, wantedOnly: boolean): Promise<void> => {
    if (found.has(name)) return;
    const module = await info(name, wantedOnly);
    if (!module) return;
    found.add(name);
    for (const dependency of module.depends) await visit(dependency, false);
    for (const wanted of module.wants) await visit(wanted, true);
  };
  for (const name of names) await visit(canonical(name), false);
  return [...found].sort();
}

/** The entries of a module list for one architecture: `name` or `name [arch]`. */
export function modulesFor(arch: string, entries: readonly string[]): string[] {
  return entries.flatMap((entry) => {
    const [name = '', only] = entry.split(/\s+/);
    return only === undefined || only === `[${arch}]` ? [name] : [];
  });
}
