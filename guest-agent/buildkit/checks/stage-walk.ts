import { posix } from 'node:path';
import { isUrl } from '../../build/copy/download.ts';
import { parseChange } from '../../build/copy/permissions.ts';
import {
  commandLine,
  nameValues,
  quotedWords,
  wordList,
} from '../../build/dockerfile/arguments.ts';
import { checkMountTarget, mountTexts, parseMountFlag } from '../../build/dockerfile/mount-flag.ts';
import { type Instruction, parseTrigger } from '../../build/dockerfile/parse.ts';
import { expandText, expandWord, expandWords } from '../../build/dockerfile/substitution.ts';
import { similarWord } from '../../build/dockerfile/suggestion.ts';
import type { Ignores } from '../../build/ignore.ts';
import { checkSources } from '../../build/instructions/check-step.ts';
import { exposedPorts } from '../../build/instructions/exposed-ports.ts';
import { volumePaths } from '../../build/instructions/metadata.ts';
import type { Stage } from '../../build/stages.ts';
import { signalNumber } from '../../engine/containers/process/signal.ts';
import { keyValues } from '../../grammar/key-values.ts';
import { keywordAsWritten } from './parse-checks.ts';
import { placed } from './placed.ts';
import { checkPort } from './port-checks.ts';
import { ReadVariables } from './read-variables.ts';
import { type Lines, linesOf, type Report } from './report.ts';
import { namesSecret } from './secret-names.ts';
import type { DeclaredArgument, NeededItem, StageFacts } from './stage-facts.ts';

/** What the instructions of all stages depend on. */
export interface WalkContext {
  readonly escapeChar: string;
  /** The arguments of `--build-arg`. */
  readonly given: Readonly<Record<string, string | null>>;
  /** The arguments before the first `FROM`, and the predefined ones. */
  readonly globals: ReadonlyMap<string, string>;
  /** Whether `.dockerignore` excludes a path. */
  readonly ignores: Ignores;
  readonly report: Report;
  /** For which names of stages the client gave a context. */
  readonly isReplaced?: (name: string) => boolean;
  /** The Dockerfile's stages, also those after the target. By default, there are none after it. */
  readonly all?: readonly Stage[];
}

/** What a stage begins with. */
export interface StageBase {
  readonly environment: readonly string[];
  readonly directory: string;
  readonly hasShell: boolean;
  readonly triggers: readonly string[];
  /** The earlier stage, if the stage begins with one. */
  readonly stage?: StageFacts | undefined;
}

/** Every stage has a search path, even if its image sets none. */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

type Check = (instruction: Instruction, lines: Lines) => void;

/**
 * Follows the instructions of a stage without performing them: warns, and collects what a user can
 * give to the stage. Throws DockerfileError in BuildKit's words.
 */
export function walkStage(stage: Stage, base: StageBase, context: WalkContext): StageFacts {
  return new StageWalk(base, context).walk(stage, base);
}

class StageWalk {
  readonly #context: WalkContext;
  /** The variables, those that were set last at the end. Suggestions depend on the order. */
  readonly #environment: Map<string, string>;
  /** The variables of the image's configuration. */
  readonly #configured: Map<string, string>;
  readonly #declared: Set<string>;
  readonly #args = new Map<string, DeclaredArgument>();
  readonly #usedArgs = new Set<string>();
  readonly #secrets = new Map<string, NeededItem>();
  readonly #agents = new Map<string, NeededItem>();
  /** Where the last `CMD`, `ENTRYPOINT` and `HEALTHCHECK` are. */
  readonly #last = new Map<string, Lines>();
  #hasShell: boolean;
  #hasWorkdir: boolean;
  #directory: string;

  constructor({ environment, directory, hasShell, stage }: StageBase, context: WalkContext) {
    this.#context = context;
    this.#configured = new Map(stage?.configured ?? Object.entries(keyValues(environment)));
    this.#environment = new Map(stage?.environment);
    // The image's variables come after the arguments of the stage before.
    for (const [name, value] of this.#configured) this.#set(name, value);
    if (!this.#environment.has('PATH')) this.#environment.set('PATH', DEFAULT_PATH);
    this.#declared = new Set(stage?.declared);
    this.#hasShell = stage?.hasShell ?? hasShell;
    this.#hasWorkdir = stage?.hasWorkdir ?? false;
    this.#directory = stage?.directory ?? directory;
  }

  walk({ from, instructions }: Stage, { triggers }: StageBase): StageFacts {
    // What a base image asks for happens at the `FROM`.
    const inherited = triggers.map((text) => ({
      ...parseTrigger(text, this.#context.escapeChar),
      ...{ line: from.line, endLine: from.endLine },
    }));
    for (const instruction of [...inherited, ...instructions]) {
      // The client's own labels have no line.
      if (instruction.line === 0) continue;
      const lines = linesOf(instruction);
      placed(lines, () => this.#checks[instruction.keyword]?.(instruction, lines));
    }
    return {
      environment: this.#environment,
      configured: this.#configured,
      declared: this.#declared,
      hasShell: this.#hasShell,
      hasWorkdir: this.#hasWorkdir,
      directory: this.#directory,
      args: this.#args,
      usedArgs: this.#usedArgs,
      secrets: this.#secrets,
      agents: this.#agents,
    };
  }

  readonly #checks: Readonly<Record<string, Check>> = {
    ENV: (instruction, lines) => {
      for (const [name, value] of this.#pairs(instruction, lines)) {
        if (namesSecret(name)) this.#report.warn('SecretsUsedInArgOrEnv', lines, 'ENV', name);
        this.#configured.set(name, value);
        this.#set(name, value);
      }
    },
    LABEL: (instruction, lines) => {
      this.#pairs(instruction, lines);
    },
    ARG: (instruction) => {
      const words = quotedWords(instruction.text, this.#context.escapeChar);
      for (const word of words) this.#declare(word, instruction);
    },
    COPY: (instruction, lines) => this.#copy(instruction, lines),
    ADD: (instruction, lines) => this.#copy(instruction, lines),
    RUN: (instruction, lines) => {
      for (const mount of mountTexts(instruction)) this.#mount(mount, lines);
    },
    WORKDIR: ({ text }, lines) => {
      const path = this.#expand(text, lines);
      if (!this.#hasWorkdir && !path.startsWith('/')) {
        this.#report.warn('WorkdirRelativePath', lines, path);
      }
      this.#hasWorkdir = true;
      this.#directory = posix.resolve('/', this.#directory, path);
    },
    USER: ({ text }, lines) => {
      this.#expand(text, lines);
    },
    STOPSIGNAL: ({ text }, lines) => {
      signalNumber(this.#expand(text, lines));
    },
    VOLUME: ({ text }, lines) => {
      volumePaths(text, (path) => this.#expand(path, lines));
    },
    EXPOSE: ({ text }, lines) => {
      // BuildKit doesn't warn about the variables here.
      const ports = text
        .split(/\s+/)
        .sort()
        .flatMap((word) => expandWords(word, this.#environment, this.#context.escapeChar));
      for (const port of ports) {
        checkPort(port, lines, this.#report);
        exposedPorts(port);
      }
    },
    SHELL: () => {
      this.#hasShell = true;
    },
    CMD: (instruction, lines) => this.#command(instruction, lines),
    ENTRYPOINT: (instruction, lines) => this.#command(instruction, lines),
    HEALTHCHECK: (instruction, lines) => this.#onlyOnce(instruction, lines),
  };

  get #report(): Report {
    return this.#context.report;
  }

  #set(name: string, value: string): void {
    this.#environment.delete(name);
    this.#environment.set(name, value);
  }

  /** Replaces variables, and warns about those that nothing defines. */
  #expand(text: string, lines: Lines, expand = expandWord): string {
    const variables = new ReadVariables(this.#environment);
    try {
      return expand(text, variables, this.#context.escapeChar);
    } finally {
      // The warning comes before an error about the variable.
      for (const name of variables.missing) {
        if (this.#declared.has(name)) continue;
        const similar = similarWord(name, this.#environment.keys()) ?? '';
        this.#report.warn('UndefinedVar', lines, name, similar);
      }
    }
  }

  #pairs(instruction: Instruction, lines: Lines): [string, string][] {
    const { keyword, text } = instruction;
    const { escapeChar } = this.#context;
    const pairs = nameValues(keyword, text, escapeChar);
    const expanded = pairs.map(([name, value]): [string, string] => [
      this.#expand(name, lines),
      this.#expand(value, lines),
    ]);
    if (!quotedWords(text, escapeChar)[0]?.includes('=')) {
      this.#report.warn('LegacyKeyValueFormat', lines, keywordAsWritten(instruction));
    }
    return expanded;
  }

  #declare(word: string, instruction: Instruction): void {
    const lines = linesOf(instruction);
    const { given, globals } = this.#context;
    const [name = '', ...rest] = word.split('=');
    const byDefault = rest.length > 0 ? rest.join('=') : undefined;
    if (namesSecret(name)) this.#report.warn('SecretsUsedInArgOrEnv', lines, 'ARG', name);
    const own = Object.hasOwn(given, name) ? (given[name] ?? undefined) : undefined;
    const value =
      own ?? (byDefault === undefined ? globals.get(name) : this.#expand(byDefault, lines));
    if (value !== undefined) this.#set(name, value);
    this.#declared.add(name);
    // An argument that stands before the first `FROM` is described there.
    const isGlobal = own === undefined && byDefault === undefined && globals.has(name);
    if (!isGlobal) this.#args.set(name, { name, value: value ?? '', instruction });
    this.#usedArgs.add(name);
  }

  #copy({ keyword, flags, text, heredocs }: Instruction, lines: Lines): void {
    this.#expand(flags.get('chown') ?? '', lines);
    const chmod = this.#expand(flags.get('chmod') ?? '', lines);
    const checksum = keyword === 'ADD' ? this.#expand(flags.get('checksum') ?? '', lines) : '';
    const isDocument = (word: string) => word.startsWith('<<');
    const words = wordList(text).filter((word) => !isDocument(word));
    const paths = words.map((word) => this.#expand(word, lines)).slice(0, -1);
    for (const { content, expand } of heredocs) {
      if (expand) this.#expand(content, lines, expandText);
    }
    parseChange(chmod);
    checkSources(keyword, paths, checksum);
    if (flags.get('from')) return;
    for (const path of paths) {
      if (keyword === 'ADD' && isUrl(path)) continue;
      if (!this.#context.ignores(path)) continue;
      this.#report.warn('CopyIgnoredFile', lines, keyword === 'ADD' ? 'Add' : 'Copy', path);
    }
  }

  #mount(text: string, lines: Lines): void {
    const mount = parseMountFlag(text, (value) => this.#expand(value, lines));
    const { type, required, id, source, target } = mount;
    const needed = { isRequired: required, lines };
    if (type === 'secret') {
      const name = source || id || posix.basename(target);
      if (!this.#secrets.has(name)) this.#secrets.set(name, needed);
    }
    const agent = id || 'default';
    if (type === 'ssh' && !this.#agents.has(agent)) this.#agents.set(agent, needed);
    checkMountTarget(mount, this.#directory);
  }

  #command(instruction: Instruction, lines: Lines): void {
    this.#onlyOnce(instruction, lines);
    if (this.#hasShell || commandLine(instruction.text).form === 'exec') return;
    this.#report.warn('JSONArgsRecommended', lines, keywordAsWritten(instruction));
  }

  /** Only the last instruction of a kind counts: warns about the one before it. */
  #onlyOnce(instruction: Instruction, lines: Lines): void {
    const { keyword } = instruction;
    const before = this.#last.get(keyword);
    if (before !== undefined) {
      this.#report.warn('MultipleInstructionsDisallowed', before, keywordAsWritten(instruction));
    }
    this.#last.set(keyword, lines);
  }
}
