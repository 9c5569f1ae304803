import { parseSync } from 'vite';
import * as z from 'zod';
import { blank, lineAt, oneWord, type Passage } from './passage.ts';

/** The comments, strings and JSX texts of a TypeScript file. */
export function sourcePassages(name: string, source: string): Passage[] {
  const { program, comments, errors } = parseSync(name, source);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${name} can't be parsed: ${error.message}`);

  const strings = textsIn(program, source).filter(({ text }) => isProse(text));
  return [
    ...commentPassages(source, comments),
    ...strings.map(({ text, start }) => {
      return { kind: 'string' as const, text, line: lineAt(source, start) };
    }),
  ];
}

/** A node of the syntax tree, as far as it matters here. */
const node = z.object({ type: z.string(), start: z.number(), end: z.number() });
const template = node.extend({ quasis: z.array(node) });

/** Strings without their quotes, templates and JSX texts, wherever they are in the tree. */
function textsIn(tree: unknown, source: string): { text: string; start: number }[] {
  if (typeof tree !== 'object' || tree === null) return [];
  const inside = Object.values(tree).flatMap((child) => textsIn(child, source));
  const { data: found } = node.safeParse(tree);
  if (found === undefined) return inside;
  const { type, start, end } = found;
  const text = source.slice(start, end);
  if (type === 'Literal' && /^['"]/.test(text)) return [{ text: text.slice(1, -1), start }];
  if (type === 'JSXText') return [{ text, start }];
  if (type === 'TemplateLiteral') {
    return [{ text: templateText(template.parse(tree).quasis, source), start }, ...inside];
  }
  return inside;
}

/** A template's own text, with a word for each of its expressions. */
function templateText(quasis: readonly z.infer<typeof node>[], source: string): string {
  return quasis
    .map(({ start, end }, index) => {
      const before = quasis[index - 1]?.end ?? start;
      return oneWord(source.slice(before, start)) + source.slice(start, end);
    })
    .join('');
}

/** The comments of a shell script, or of a list with comments. */
export function scriptPassages(source: string): Passage[] {
  const comments = [...source.matchAll(/(?<=^|\s)#(?!!).*$/gm)].map(({ 0: text, index }) => {
    return { start: index, end: index + text.length };
  });
  return commentPassages(source, comments);
}

/** Line comments below each other are one passage. */
function commentPassages(
  source: string,
  comments: readonly { readonly start: number; readonly end: number }[],
): Passage[] {
  const passages: { kind: 'comment'; text: string; line: number }[] = [];
  let end = 0;
  for (const comment of comments) {
    const last = passages.at(-1);
    const between = source.slice(end, comment.start);
    const text = readableComment(source.slice(comment.start, comment.end));
    if (last !== undefined && /^\n[ \t]*$/.test(between)) last.text += blank(between) + text;
    else passages.push({ kind: 'comment', text, line: lineAt(source, comment.start) });
    end = comment.end;
  }
  return passages;
}

function readableComment(text: string): string {
  return text
    .replace(/^(?:\/\/+|\/\*+|#+)|\*\/$/g, blank)
    .replace(/^\s*\*/gm, blank)
    .replace(/`[^`]*`/g, oneWord);
}

/** Words, rather than an identifier, a path, a list of classes or a line of code. */
function isProse(text: string): boolean {
  return /[a-z]\s+[a-z]/i.test(text);
}
