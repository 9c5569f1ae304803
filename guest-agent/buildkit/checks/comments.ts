import { directives } from '../../build/dockerfile/directives.ts';
import type { Dockerfile, Instruction } from '../../build/dockerfile/parse.ts';

/** The comments above an instruction that can describe it: up to the last empty comment. */
export type CommentsOf = (instruction: Instruction) => readonly string[];

/** Reads the comments of a Dockerfile, which the parser leaves out. */
export function readComments(text: string, { instructions }: Dockerfile): CommentsOf {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const ignored = new Set(directives(text).map(({ line }) => line));
  const comments = new Map<Instruction, readonly string[]>();
  let next = 1;
  for (const instruction of instructions) {
    let above: string[] = [];
    for (let line = next; line < instruction.line; line++) {
      const whole = lines[line - 1] ?? '';
      if (!whole.trimStart().startsWith('#') || ignored.has(line)) continue;
      const comment = whole.slice(1).trim();
      if (comment === '') above = [];
      else above.push(comment);
    }
    comments.set(instruction, above);
    next = instruction.endLine + 1;
  }
  return (instruction) => comments.get(instruction) ?? [];
}

/** The text after `NAME` in a comment that begins with the name of a stage or of an argument. */
export function describing(comments: readonly string[], name: string): string {
  if (name === '') return '';
  const comment = comments.find((each) => each.startsWith(`${name} `));
  return comment?.slice(name.length + 1) ?? '';
}
