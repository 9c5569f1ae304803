import { keyValues } from '../grammar/key-values.ts';
import { nativePlatform, ociPlatform, type Platform } from '../registry/platform.ts';

/** `--build-arg`. The value is null for a name without a value. */
export type BuildArgValues = Readonly<Record<string, string | null>>;

/** Every `RUN` can use these without an `ARG`. They don't belong to the cache's key. */
const PREDEFINED = ['HTTP_PROXY', 'HTTPS_PROXY', 'FTP_PROXY', 'NO_PROXY', 'ALL_PROXY'].flatMap(
  (name) => [name, name.toLowerCase()],
);

/** The arguments that a stage declared. Undefined stands for an argument without a value. */
export type InheritedArgs = ReadonlyMap<string, string | undefined>;

/**
 * Build arguments: given ones, those declared before the first `FROM`, and those declared in the
 * current stage.
 */
export class BuildArgs {
  readonly #given: BuildArgValues;
  #platform: ReadonlyMap<string, string>;
  #global = new Map<string, string>();
  #stage = new Map<string, string>();
  /** All arguments that the stage declared, also those without a value. */
  #names = new Set<string>();
  #used = new Set<string>();
  /** Arguments that override variables of the same name. */
  #overriding = new Set<string>();

  /** `stage` is the name of the target, for `TARGETSTAGE`. */
  constructor(given: BuildArgValues, target: Platform | undefined, stage?: string) {
    this.#given = given;
    const predefined = [
      ...platformArgs(target ?? nativePlatform()),
      ...(stage === undefined ? [] : ([['TARGETSTAGE', stage || 'default']] as const)),
    ];
    // Given values replace the predefined ones.
    this.#platform = new Map(predefined.map(([name, value]) => [name, given[name] ?? value]));
  }

  /** The same arguments for another stage, which declares its own. Stages can run in parallel. */
  forStage(): BuildArgs {
    const args = new BuildArgs(this.#given, undefined);
    args.#platform = this.#platform;
    args.#global = this.#global;
    args.#used = this.#used;
    return args;
  }

  /**
   * `ARG` before the first `FROM`, for `FROM` lines and for stages that declare the argument again.
   */
  declareGlobal(name: string, byDefault: string | undefined): void {
    const value = this.#givenValue(name) ?? byDefault ?? this.#platform.get(name);
    if (value !== undefined) this.#global.set(name, value);
  }

  /**
   * `ARG` in a stage. Returns the value that it gives to the argument. Without a value, the argument
   * keeps an earlier one. With BuildKit, the argument overrides an earlier `ENV`.
   */
  declare(
    name: string,
    byDefault: string | undefined,
    { overrides = false } = {},
  ): string | undefined {
    this.#names.add(name);
    const value =
      this.#givenValue(name) ?? byDefault ?? this.#global.get(name) ?? this.#platform.get(name);
    if (value === undefined) return undefined;
    this.#stage.set(name, value);
    if (overrides) this.#overriding.add(name);
    return value;
  }

  /** `ENV` overrides the argument of the same name. */
  overrideBy(name: string): void {
    this.#overriding.delete(name);
  }

  /** Forgets the arguments that the previous stage declared, and takes those of another stage. */
  beginStage(inherited: InheritedArgs = new Map()): void {
    this.#names = new Set(inherited.keys());
    this.#overriding = new Set();
    this.#stage = new Map();
    for (const [name, value] of inherited) if (value !== undefined) this.#stage.set(name, value);
  }

  /** What the stages inherit that begin with the current stage. */
  inheritable(): InheritedArgs {
    return new Map([...this.#names].map((name) => [name, this.#stage.get(name)]));
  }

  /** The arguments for `FROM` lines. */
  globals(): ReadonlyMap<string, string> {
    return new Map([...this.#platform, ...this.#global]);
  }

  /** The arguments that the current stage declared, for variables in its instructions. */
  declared(): ReadonlyMap<string, string> {
    return this.#stage;
  }

  /**
   * Arguments that the environment `env` (`NAME=value`) of a `RUN` does not hide: sorted, or in the
   * order of their declarations.
   */
  forCacheKey(env: readonly string[], order: 'sorted' | 'declared' = 'sorted'): string[] {
    const args = this.#visible(this.#stage, env);
    return order === 'sorted' ? args.sort() : args;
  }

  /** The arguments in BuildKit's history of a `RUN`: all, with the values that the command sees. */
  forHistory(env: readonly string[]): string[] {
    const values = this.variables(Object.entries(keyValues(env)));
    return [...this.#names].map((name) => `${name}=${values.get(name) ?? ''}`);
  }

  /**
   * The arguments of a `RUN` with the predefined arguments, which don't change the result. BuildKit
   * gives a proxy in both cases, however the client writes its name.
   */
  forRun(env: readonly string[], proxies: 'as given' | 'in both cases' = 'as given'): string[] {
    const predefined = PREDEFINED.flatMap((name): [string, string][] => {
      const other = name === name.toLowerCase() ? name.toUpperCase() : name.toLowerCase();
      const inOther = proxies === 'as given' ? undefined : this.#givenValue(other);
      const value = this.#givenValue(name) ?? inOther;
      return value === undefined ? [] : [[name, value]];
    });
    return this.#visible(new Map([...predefined, ...this.#stage]), env).sort();
  }

  /** Names that were given but never declared. */
  unused(): string[] {
    return Object.keys(this.#given)
      .filter((name) => !this.#used.has(name) && !PREDEFINED.includes(name))
      .sort();
  }

  /** Whether the client gave a value for an argument. */
  isGiven(name: string): boolean {
    return this.#givenValue(name) !== undefined;
  }

  /** The variables of the next instruction: those of the image, and the arguments. */
  variables(environment: Iterable<readonly [string, string]>): Map<string, string> {
    const shown = [...environment].filter(([name]) => !this.#overriding.has(name));
    return new Map([...this.#stage, ...shown]);
  }

  #visible(args: ReadonlyMap<string, string>, env: readonly string[]): string[] {
    const hidden = new Set(env.map((entry) => entry.split('=', 1)[0] ?? ''));
    return [...args]
      .filter(([name]) => !hidden.has(name) || this.#overriding.has(name))
      .map(([name, value]) => `${name}=${value}`);
  }

  #givenValue(name: string): string | undefined {
    if (!Object.hasOwn(this.#given, name)) return undefined;
    this.#used.add(name);
    return this.#given[name] ?? undefined;
  }
}

function platformArgs(target: Platform): ReadonlyMap<string, string> {
  const named = (prefix: string, { os, architecture, variant = '' }: Platform) => [
    [`${prefix}PLATFORM`, [os, architecture, variant].filter(Boolean).join('/')] as const,
    [`${prefix}OS`, os] as const,
    [`${prefix}ARCH`, architecture] as const,
    [`${prefix}VARIANT`, variant] as const,
  ];
  return new Map([
    ...named('BUILD', ociPlatform(nativePlatform())),
    ...named('TARGET', ociPlatform(target)),
  ]);
}
