import { EngineError } from '../../errors.ts';
import type { ImageConfig } from './image.ts';

type Config = { -readonly [Key in keyof ImageConfig]: ImageConfig[Key] };
type Apply = (config: Config, argument: string) => void;

/**
 * A configuration with Dockerfile instructions applied: the `--change` of commit and import.
 * Throws EngineError 'invalid' for an instruction that isn't one of the configuration.
 */
export function applyChanges(config: ImageConfig, changes: readonly string[]): ImageConfig {
  const changed: Config = { ...config };
  const lines = changes.flatMap((change) => change.replaceAll(/\\\r?\n/g, '').split(/\r?\n/));
  for (const line of lines.map((text) => text.trim()).filter(Boolean)) {
    const [, word = '', argument = ''] = /^(\S+)\s*(.*)$/s.exec(line) ?? [];
    const apply = INSTRUCTIONS[word.toUpperCase()];
    if (apply === undefined) {
      throw new EngineError('invalid', `${word.toLowerCase()} is not a valid change command`);
    }
    if (argument === '') {
      throw new EngineError('invalid', `${word.toUpperCase()} requires at least one argument`);
    }
    apply(changed, argument);
  }
  return changed;
}

const INSTRUCTIONS: Readonly<Record<string, Apply>> = {
  CMD: (config, argument) => {
    config.Cmd = command(argument);
  },
  ENTRYPOINT: (config, argument) => {
    config.Entrypoint = command(argument);
  },
  ENV: (config, argument) => {
    const added = pairs('ENV', argument);
    const names = new Set(added.map(([name]) => name));
    const kept = (config.Env ?? []).filter((entry) => !names.has(entry.replace(/=.*/s, '')));
    config.Env = [...kept, ...added.map(([name, value]) => `${name}=${value}`)];
  },
  LABEL: (config, argument) => {
    config.Labels = { ...config.Labels, ...Object.fromEntries(pairs('LABEL', argument)) };
  },
  EXPOSE: (config, argument) => {
    const ports = words(argument).map((port) => (port.includes('/') ? port : `${port}/tcp`));
    const wrong = ports.find((port) => !/^\d+(-\d+)?\/(tcp|udp|sctp)$/.test(port));
    if (wrong !== undefined) throw new EngineError('invalid', `invalid containerPort: ${wrong}`);
    config.ExposedPorts = { ...config.ExposedPorts, ...keys(ports) };
  },
  VOLUME: (config, argument) => {
    config.Volumes = { ...config.Volumes, ...keys(list(argument) ?? words(argument)) };
  },
  ONBUILD: (config, argument) => {
    config.OnBuild = [...(config.OnBuild ?? []), argument];
  },
  STOPSIGNAL: (config, argument) => {
    config.StopSignal = argument;
  },
  USER: (config, argument) => {
    config.User = argument;
  },
  WORKDIR: (config, argument) => {
    const base = config.WorkingDir ?? '/';
    config.WorkingDir = argument.startsWith('/')
      ? argument
      : `${base.replace(/\/$/, '')}/${argument}`;
  },
};

/** `["a", "b"]`, or words for a shell. */
function command(argument: string): string[] {
  return list(argument) ?? ['/bin/sh', '-c', argument];
}

function list(argument: string): string[] | undefined {
  if (!argument.startsWith('[')) return undefined;
  try {
    const parsed: unknown = JSON.parse(argument);
    if (Array.isArray(parsed) && parsed.every((item) => typeof item === 'string')) return parsed;
  } catch {
    // Docker takes what is no list for the words of a shell.
  }
  return undefined;
}

/** `A=1 B="two words"`, or the old form `A value to the end`. */
function pairs(instruction: string, argument: string): [string, string][] {
  if (!/^[^\s=]+=/.test(argument)) {
    const [, name = '', value] = /^(\S+)\s+(.*)$/s.exec(argument) ?? [];
    if (value === undefined) {
      throw new EngineError('invalid', `${instruction} must have two arguments`);
    }
    return [[name, value]];
  }
  return words(argument).map((word) => {
    const equals = word.indexOf('=');
    if (equals < 1) {
      throw new EngineError(
        'invalid',
        `Syntax error - can't find = in "${word}". Must be of the form: name=value`,
      );
    }
    return [word.slice(0, equals), word.slice(equals + 1)];
  });
}

/** Words as a shell splits them: quotes and backslashes are taken away. */
function words(text: string): string[] {
  return [...text.matchAll(/(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+/gs)].map(([word]) =>
    word.replace(/"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)/gs, (_, double, single, escaped) =>
      double === undefined ? (single ?? escaped) : double.replace(/\\(["\\$])/g, '$1'),
    ),
  );
}

function keys(names: readonly string[]): Record<string, object> {
  return Object.fromEntries(names.map((name) => [name, {}]));
}
