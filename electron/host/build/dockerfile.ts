/** One instruction of a Dockerfile, with its continuation lines joined. */
export interface Instruction {
  /** From 1. */
  readonly line: number;
  readonly keyword: string;
  readonly text: string;
}

/**
 * Reads the instructions of a Dockerfile to show line numbers, stages and build arguments. Never
 * fails: the builder reports syntax errors.
 */
export function readInstructions(text: string): Instruction[] {
  const joint = /^#\s*escape\s*=\s*`/im.test(text) ? '`' : '\\';
  const lines = text.split(/\r?\n/);
  const instructions: Instruction[] = [];
  for (let index = 0; index < lines.length; index++) {
    let start = index;
    let whole = '';
    for (; index < lines.length; index++) {
      const line = (lines[index] ?? '').trim();
      if (line === '' || line.startsWith('#')) continue;
      if (whole === '') start = index;
      if (!line.endsWith(joint)) {
        whole += line;
        break;
      }
      whole += line.slice(0, -1);
    }
    const match = /^([a-zA-Z]+)\s+(.+)$/s.exec(whole);
    if (!match) continue;
    const [, keyword = '', rest = ''] = match;
    instructions.push({ line: start + 1, keyword: keyword.toUpperCase(), text: rest });
    // A here-document's lines are part of the instruction.
    for (const [, word = ''] of rest.matchAll(/<<-?["']?(\w+)["']?/g)) {
      while (index + 1 < lines.length && lines[index + 1]?.trim() !== word) index++;
      index++;
    }
  }
  return instructions;
}

/** Names of the stages, in order. */
export function stagesOf(instructions: readonly Instruction[]): string[] {
  return instructions.flatMap(({ keyword, text }) =>
    keyword === 'FROM' ? (/\sAS\s+(\S+)\s*$/i.exec(text)?.[1] ?? []) : [],
  );
}

/** The build arguments that the Dockerfile declares, each once, with their defaults. */
export function argumentsOf(
  instructions: readonly Instruction[],
): { name: string; value?: string }[] {
  const found = new Map<string, { name: string; value?: string }>();
  for (const { keyword, text } of instructions) {
    if (keyword !== 'ARG') continue;
    const [, name = '', quoted, plain] = /^(\w+)(?:=(?:"([^"]*)"|(\S*)))?/.exec(text) ?? [];
    const given = quoted ?? plain;
    if (name !== '' && !found.has(name)) {
      found.set(name, { name, ...(given === undefined ? {} : { value: given }) });
    }
  }
  return [...found.values()];
}

/**
 * Finds the line of an instruction as the build prints it, searching after the previous
 * instruction's line.
 */
export function lineOfInstruction(
  instructions: readonly Instruction[],
  shown: string,
  after: number,
): number | undefined {
  const words = normal(shown);
  const matches = ({ keyword, text }: Instruction) => normal(`${keyword} ${text}`) === words;
  const keyword = words.split(' ')[0];
  return (
    instructions.find((each) => each.line > after && matches(each)) ??
    // The build prints the instruction with its variables expanded.
    instructions.find((each) => each.line > after && each.keyword === keyword)
  )?.line;
}

const normal = (text: string) => text.replace(/\s+/g, ' ').trim();
