import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { markdownPassages } from './markdown.ts';
import { lineAt, type Passage } from './passage.ts';
import { rules } from './rules.ts';
import { scriptPassages, sourcePassages } from './source.ts';

export interface Finding {
  readonly line: number;
  readonly found: string;
  readonly instead: string;
}

/** The longest sentence in a page for users. */
const MOST_WORDS = 25;

/** Finds the phrases in a file that we don't write. The file's name tells its format and its readers. */
export function checkFile(name: string, content: string): Finding[] {
  const isPage = name === 'README.md' || name.startsWith('docs/');
  const isTest = /\.test\.tsx?$|\/testing\//.test(name);
  return passagesOf(name, content)
    .flatMap((passage) => [
      ...bannedPhrases(passage, isPage || (passage.kind === 'string' && !isTest)),
      ...(isPage && passage.kind === 'prose' ? longSentences(passage) : []),
    ])
    .sort((a, b) => a.line - b.line);
}

function passagesOf(name: string, content: string): Passage[] {
  if (name.endsWith('.md')) return markdownPassages(content);
  if (/\.tsx?$/.test(name)) return sourcePassages(name, content);
  return content.startsWith('#') ? scriptPassages(content) : [];
}

function bannedPhrases({ kind, text, line }: Passage, isForUsers: boolean): Finding[] {
  return rules
    .filter(({ kinds }) => kinds === undefined || kinds.includes(kind))
    .filter(({ onlyForUsers }) => isForUsers || !onlyForUsers)
    .flatMap(({ phrase, instead }) =>
      [...text.matchAll(phrase)].map(({ 0: found, index }) => ({
        line: line + lineAt(text, index) - 1,
        found: shortened(found),
        instead,
      })),
    );
}

function longSentences({ text, line }: Passage): Finding[] {
  return sentencesOf(text).flatMap(({ sentence, start }) => {
    const words = sentence.split(/\s+/).filter((word) => /[\p{L}\p{N}_]/u.test(word)).length;
    if (words <= MOST_WORDS) return [];
    return {
      line: line + lineAt(text, start) - 1,
      found: shortened(sentence),
      instead: `${words} words: two sentences, or a list`,
    };
  });
}

function sentencesOf(text: string): { sentence: string; start: number }[] {
  const sentences: { sentence: string; start: number }[] = [];
  let start = text.length - text.trimStart().length;
  for (const end of text.matchAll(
    /(?<!\be\.g|\bi\.e|\betc)[.!?][)"”]*(?=\s+(?:[^a-z\s]|macOS)|\s*$)/g,
  )) {
    const stop = end.index + end[0].length;
    sentences.push({ sentence: text.slice(start, stop), start });
    start = stop + (text.slice(stop).length - text.slice(stop).trimStart().length);
  }
  if (start < text.length) sentences.push({ sentence: text.slice(start), start });
  return sentences;
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}

/** Files that quote what we don't write. */
const quoting = ['build/english/rules.ts', 'build/english/check.test.ts'];

/** Checks a file, or all files below a folder. Paths are relative to `directory`. */
export function checkRoot(
  directory: string,
  root: string,
): { readonly file: string; readonly finding: Finding }[] {
  return filesBelow(directory, root)
    .filter((file) => !quoting.includes(file))
    .flatMap((file) =>
      checkFile(file, readFileSync(join(directory, file), 'utf8')).map((finding) => ({
        file,
        finding,
      })),
    );
}

function filesBelow(directory: string, root: string): string[] {
  if (statSync(join(directory, root)).isFile()) return [root];
  return readdirSync(join(directory, root), { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules')
    .flatMap((entry) => {
      const path = `${root}/${entry.name}`;
      return entry.isDirectory() ? filesBelow(directory, path) : entry.isFile() ? [path] : [];
    })
    .sort();
}
