import { stripVTControlCharacters } from 'node:util';

/** What a client printed of a build with `--progress=plain`, without what differs between runs. */
export interface PlainProgress {
  /** Each step with its state and the output of its command, in alphabetical order. */
  readonly steps: readonly string[];
  /** The warnings at the end. */
  readonly warnings: readonly string[];
  /** The quoted lines of the Dockerfile, and the error. */
  readonly error: string;
}

interface Step {
  name: string;
  state: string;
  output: string[];
}

/** Steps of the engine's own work, which each engine does in its own way. */
const INTERNAL =
  /^building with|^\[internal\]|^exporting|^resolve image config|^\[context |^\[auth\]/;

export function readProgress(text: string): PlainProgress {
  const steps = new Map<string, Step>();
  const warnings: string[] = [];
  const rest: string[] = [];
  for (const line of stripVTControlCharacters(text).split('\n')) {
    const [, number = '', content] = /^#(\d+) (.*)$/.exec(line) ?? [];
    if (content !== undefined) addLine(steps, number, content);
    else if (line.startsWith(' - ')) warnings.push(line.slice(3));
    else if (!/^\s*$|^ *\d+ warnings? found|^View build details/.test(line)) rest.push(line);
  }
  // If a build fails, the steps that run at the same time end at any point.
  const failed = rest.length > 0;
  return {
    steps: [...steps.values()]
      .filter(({ name }) => !INTERNAL.test(name))
      .filter(({ state }) => !failed || state === 'ERROR')
      .map(describe)
      .sort(),
    warnings: warnings.sort(),
    error: normaliseError(rest.join('\n')),
  };
}

function addLine(steps: Map<string, Step>, number: string, content: string): void {
  const step = steps.get(number);
  if (step === undefined) {
    steps.set(number, { name: normaliseError(content), state: '', output: [] });
  } else if (/^(CACHED|CANCELED)$|^DONE |^ERROR: /.test(content)) {
    step.state = content.split(/[: ]/)[0] ?? '';
  } else if (/^[0-9.]+ /.test(content)) {
    step.output.push(content.replace(/^[0-9.]+ /, ''));
  }
}

function describe({ name, state, output }: Step): string {
  const isBase = /^(?:\[[^\]]*\] )?FROM /.test(name);
  return [`${name}${isBase ? '' : ` ${state}`}`, ...output].join('\n  ');
}

function normaliseError(text: string): string {
  return (
    text
      .replaceAll(/ref [^\s:]+::[^\s:]+/g, 'ref <ref>')
      .replaceAll(/sha256:[\da-f]{64}/g, 'sha256:<digest>')
      .replaceAll(/\/var\/lib\/docker\/overlay2\/\w+\/merged/g, '')
      // A client gets what a process prints in pieces, and repeats the last pieces.
      .replaceAll(/^[\d.]+ /gm, '')
      .replaceAll(/^(?:\/bin\/)?sh: /gm, '')
      // Docker sees the client's error as a message, or as the end of the transfer.
      .replaceAll(
        'rpc error: code = Unknown desc = invalid includepatterns',
        'invalid includepatterns',
      )
  );
}
