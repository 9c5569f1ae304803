import { heredocStart } from '../../build/dockerfile/heredoc.ts';
import type { Instruction } from '../../build/dockerfile/parse.ts';
import { expandShown } from '../../build/dockerfile/substitution.ts';

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
  { escapeChar, isTrigger = false }: { escapeChar: string; isTrigger?: boolean | undefined },
): string {
  const text = written(instruction, variables, escapeChar);
  return `${stepPlace(label, number)}${isTrigger ? 'ONBUILD ' : ''}${text}`;
}

/**
 * An instruction with its variables replaced, and the first line of its here-document. As in
 * BuildKit, only the text of `RUN` keeps its quotes, and variables without a value.
 */
function written(
  { keyword, original, text, heredocs }: Instruction,
  variables: ReadonlyMap<string, string>,
  escapeChar: string,
): string {
  const isRun = keyword === 'RUN';
  const [document] = heredocs;
  const script =
    isRun && document !== undefined && heredocStart(text) !== undefined
      ? ` (${summary(document.content)})`
      : '';
  const shown = expandShown(original + script, variables, escapeChar, {
    ...{ keepsQuotes: isRun, keepsUnset: isRun },
  });
  return shown.replace(/^[^ ]+/, (first) => first.toUpperCase());
}

function summary(document: string): string {
  const [first = '', ...rest] = document.trim().split('\n');
  return rest.length > 0 ? `${first}...` : first;
}
