import type { Instruction } from '../../build/dockerfile/parse.ts';

/** Instructions that clients show. Others only change the image's configuration. */
const SHOWN = new Set(['RUN', 'COPY', 'ADD', 'WORKDIR']);

export function isShown({ keyword }: Instruction): boolean {
  return SHOWN.has(keyword);
}

/** A stage's name and its number of steps, for the names of the steps. */
export interface StageLabel {
  /** Empty if the Dockerfile has one stage. */
  readonly name: string;
  readonly total: number;
}

/** `[name 2/5] ` */
export function stepPlace({ name, total }: StageLabel, number: number): string {
  const place = `${String(number).padStart(String(total).length)}/${total}`;
  return `[${name === '' ? '' : `${name} `}${place}] `;
}

/** `[name 2/5] RUN make` */
export function stepName(
  label: StageLabel,
  number: number,
  instruction: Instruction,
  variables: ReadonlyMap<string, string>,
): string {
  return stepPlace(label, number) + written(instruction, variables);
}

/** An instruction with its variables replaced, and the first line of its here-document. */
function written(
  { keyword, original, heredocs }: Instruction,
  variables: ReadonlyMap<string, string>,
): string {
  const text = original.replace(/^\S+/, keyword);
  const [document] = heredocs;
  const isScript =
    keyword === 'RUN' && heredocs.length === 1 && /^RUN\s+(--\S+\s+)*<<\S+$/.test(text);
  return withVariables(
    isScript && document !== undefined ? `${text} (${summary(document.content)})` : text,
    variables,
  );
}

function summary(document: string): string {
  const [first = '', ...rest] = document.trim().split('\n');
  return rest.length > 0 ? `${first}...` : first;
}

/** Replaces variables that are set, except between single quotes. */
function withVariables(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(/'[^']*'|\\.|\$(?:(\w+)|\{(\w+)\})/g, (whole, name, braced) => {
    const variable: unknown = name ?? braced;
    return (typeof variable === 'string' ? variables.get(variable) : undefined) ?? whole;
  });
}
