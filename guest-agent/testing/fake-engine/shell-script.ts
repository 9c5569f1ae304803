/** One simple command of a script, and when it runs. */
export interface ScriptCommand {
  readonly words: readonly string[];
  /** After `&&` or `||`: only if the previous command succeeded, or failed. */
  readonly when: 'always' | 'succeeded' | 'failed';
}

const SEPARATORS: Record<string, ScriptCommand['when']> = { '&&': 'succeeded', '||': 'failed' };
const TOKEN =
  /\s*(?<separator>&&|\|\||;|\n)|[^\S\n]*(?<word>(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s;&|'"\\]|&(?!&))+)/gsy;

/**
 * Parses the small part of the shell's language that tests use: simple commands with quotes and
 * `$NAME`, joined by `;`, `&&`, `||` and newlines. A final endless loop becomes the command `while
 * BODY`. Throws for anything else.
 */
export function parseScript(script: string, variable: (name: string) => string): ScriptCommand[] {
  const [whole, body] = /while (?:true|:); do (.*); done$/s.exec(script.trim()) ?? [];
  if (whole !== undefined && body !== undefined) {
    const before = script.trim().slice(0, -whole.length);
    return [...parseScript(before, variable), { words: ['while', body], when: 'always' }];
  }
  const commands: ScriptCommand[] = [];
  let words: string[] = [];
  let when: ScriptCommand['when'] = 'always';
  let end = 0;
  const finish = () => {
    if (words.length > 0) commands.push({ words, when });
    words = [];
  };
  for (const match of script.trim().matchAll(TOKEN)) {
    end = match.index + match[0].length;
    const { separator, word } = match.groups ?? {};
    if (word !== undefined) words.push(unquote(word, variable));
    if (separator === undefined) continue;
    finish();
    when = SEPARATORS[separator] ?? 'always';
  }
  finish();
  if (end !== script.trim().length) throw new Error(`the fake shell can't run: ${script}`);
  return commands;
}

function unquote(word: string, variable: (name: string) => string): string {
  return word.replace(
    /'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)|\$(\w+|\?)/gs,
    (_, single?: string, double?: string, escaped?: string, name?: string) => {
      if (single !== undefined) return single;
      if (escaped !== undefined) return escaped;
      if (name !== undefined) return variable(name);
      return (double ?? '').replace(
        /\\(["\\$])|\$(\w+|\?)/g,
        (__, kept?: string, inner?: string) =>
          inner === undefined ? (kept ?? '') : variable(inner),
      );
    },
  );
}
