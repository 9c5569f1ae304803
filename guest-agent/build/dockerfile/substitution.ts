import { PatternError } from '../../contract/glob-token.ts';
import { EngineError } from '../../errors.ts';
import { replacePattern, trimEnd, trimStart } from './glob.ts';

/** The values of `$NAME`. */
export type Variables = ReadonlyMap<string, string>;

/** Expands one word: removes quotes and replaces variables. Never splits the word. */
export function expandWord(text: string, variables: Variables, escapeChar = '\\'): string {
  return new Expansion(text, variables, escapeChar).whole();
}

/**
 * The same, split at blanks that are neither quoted nor escaped. Splits values of variables too.
 */
export function expandWords(text: string, variables: Variables, escapeChar = '\\'): string[] {
  const expansion = new Expansion(text, variables, escapeChar);
  expansion.whole();
  return expansion.words();
}

/** Replaces variables and escapes in a here-document. Quotes are text. */
export function expandText(text: string, variables: Variables): string {
  return new Expansion(text, variables, '\\').document();
}

/** What the text of a step keeps of its instruction. */
export interface Shown {
  readonly keepsQuotes: boolean;
  /** Variables without a value stay as written. */
  readonly keepsUnset: boolean;
}

/** Replaces variables for the name of a step. A text that isn't valid stays as it is. */
export function expandShown(
  text: string,
  variables: Variables,
  escapeChar: string,
  shown: Shown,
): string {
  try {
    return new Expansion(text, variables, escapeChar, 0, shown).whole();
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return text;
  }
}

/** How BuildKit's errors show the end of the text. */
const END = '\uFFFD';
/** The limit for defaults inside defaults. */
const MAX_DEPTH = 100;

/** What one text may become, and the characters that its patterns may be compared with. */
const MAX_RESULT = 1 << 20;
/** What each character costs with any pattern, and how much more a search for all matches does. */
const PATTERN_COST = 8;
const SEARCH_COST = 3;
const MAX_COMPARED = 1_000_000;

/** What is left of the limits. A short text can name a long variable often. */
class Budget {
  #characters = MAX_RESULT;
  #comparisons = MAX_COMPARED;

  /** Returns whether a value may be inserted. */
  insert(value: string): boolean {
    this.#characters -= value.length;
    return this.#characters >= 0;
  }

  /** Returns whether a value may be compared with a pattern. `Glob` limits the first of them. */
  compare(value: string, pattern: string, cost: number): boolean {
    const isFirst = this.#comparisons === MAX_COMPARED;
    this.#comparisons -= value.length * (pattern.length + PATTERN_COST) * cost;
    return isFirst || this.#comparisons >= 0;
  }
}

/** The small part of the shell's language that Dockerfiles have outside `RUN`. */
class Expansion {
  readonly #text: string;
  readonly #variables: Variables;
  readonly #escapeChar: string;
  readonly #depth: number;
  readonly #shown: Shown;
  readonly #budget: Budget;
  #position = 0;
  /** Words so far. The last one is still open, and undefined between two words. */
  readonly #words: string[] = [];
  #open = false;

  constructor(
    text: string,
    variables: Variables,
    escapeChar: string,
    depth = 0,
    shown: Shown = { keepsQuotes: false, keepsUnset: false },
    budget = new Budget(),
  ) {
    this.#text = text;
    this.#variables = variables;
    this.#escapeChar = escapeChar;
    this.#depth = depth;
    this.#shown = shown;
    this.#budget = budget;
  }

  whole(): string {
    return this.#until('');
  }

  words(): string[] {
    return this.#words.filter((word) => word !== '');
  }

  document(): string {
    let result = '';
    while (this.#peek() !== '') {
      if (this.#peek() === '$') result += this.#variable();
      else if (this.#peek() === this.#escapeChar) {
        this.#next();
        result += this.#next();
      } else result += this.#next();
    }
    return result;
  }

  /** Reads up to a character outside quotes and consumes it. '' means the end of the text. */
  #until(stop: string, keepEscapes = false): string {
    let result = '';
    for (;;) {
      const char = this.#peek();
      if (char === stop) {
        this.#next();
        return result;
      }
      if (char === '') throw this.#unended(stop);
      if (char === "'") result += this.#raw(this.#singleQuoted());
      else if (char === '"') result += this.#raw(this.#doubleQuoted());
      else if (char === '$') result += this.#plain(this.#variable());
      else if (char === this.#escapeChar) {
        this.#next();
        const escaped = this.#next();
        result += this.#raw(keepEscapes ? this.#escapeChar + escaped : escaped);
      } else result += this.#plain(this.#next());
    }
  }

  #singleQuoted(): string {
    this.#next();
    const end = this.#text.indexOf("'", this.#position);
    if (end === -1) throw this.#unended('single-quote');
    const content = this.#text.slice(this.#position, end);
    this.#position = end + 1;
    return this.#quoted(content, "'");
  }

  #doubleQuoted(): string {
    this.#next();
    let result = '';
    for (;;) {
      const char = this.#peek();
      if (char === '') throw this.#unended('double-quote');
      if (char === '$') result += this.#variable();
      else if (this.#next() === '"') return this.#quoted(result, '"');
      else if (char === this.#escapeChar && ['"', '$', this.#escapeChar].includes(this.#peek())) {
        result += this.#next();
      } else result += char;
    }
  }

  #quoted(content: string, quote: string): string {
    return this.#shown.keepsQuotes ? quote + content + quote : content;
  }

  /** `$NAME` or `${NAME…}`. Any other dollar sign is literal. */
  #variable(): string {
    this.#next();
    if (this.#peek() !== '{') {
      const name = this.#name();
      if (name === '') return '$';
      return this.#inserted(this.#variables.get(name) ?? this.#unset(`$${name}`));
    }
    this.#next();
    if (this.#peek() === '') throw this.#invalid("syntax error: missing '}'");
    const name = this.#name();
    if (name === '') throw this.#invalid('syntax error: bad substitution');
    // Text inside the braces isn't split into words.
    if (this.#depth === MAX_DEPTH) throw this.#invalid('variables are nested too deeply');
    const inner = new Expansion(
      ...([this.#text, this.#variables, this.#escapeChar, this.#depth + 1, this.#shown] as const),
      this.#budget,
    );
    inner.#position = this.#position;
    const value = inner.#modified(name);
    this.#position = inner.#position;
    return this.#inserted(value);
  }

  #inserted(value: string): string {
    if (this.#budget.insert(value)) return value;
    throw new EngineError('invalid', `the result of ${this.#excerpt()} is too long`);
  }

  #excerpt(): string {
    return JSON.stringify(this.#text.length > 100 ? `${this.#text.slice(0, 100)}…` : this.#text);
  }

  /** Reads from after the name to the closing brace. */
  #modified(name: string): string {
    // Unfinished braces don't read the variable, which would warn about its absence.
    const value = this.#peek() === '' ? undefined : this.#variables.get(name);
    let modifier = this.#next();
    if (modifier === '}') return value ?? this.#unset(`\${${name}}`);
    const colon = modifier === ':';
    if (colon) modifier = this.#next();
    const isSet = value !== undefined && !(colon && value === '');
    if (['-', '+', '?'].includes(modifier)) {
      const word = this.#braced('}');
      if (value === undefined && this.#shown.keepsUnset) {
        return `\${${name}${colon ? ':' : ''}${modifier}${word}}`;
      }
      if (modifier === '-') return isSet ? value : word;
      if (modifier === '+') return isSet ? word : '';
      if (isSet) return value;
      const state = value === undefined ? 'unset' : 'empty';
      throw this.#invalid(`${name}: ${word || `is not allowed to be ${state}`}`);
    }
    if (colon || !['#', '%', '/'].includes(modifier)) {
      const shown = `${colon ? ':' : ''}${modifier || END}`;
      throw this.#invalid(`unsupported modifier (${shown}) in substitution`);
    }
    const twice = this.#peek() === modifier;
    if (twice) this.#next();
    if (modifier === '/') {
      const pattern = this.#braced('/', true);
      const replacement = this.#braced('}', true);
      if (value === undefined && this.#shown.keepsUnset) {
        return `\${${name}/${pattern}/${replacement}}`;
      }
      return this.#matched(name, [value ?? '', pattern, SEARCH_COST], () =>
        replacePattern(value ?? '', pattern, replacement, twice),
      );
    }
    const trim = modifier === '#' ? trimStart : trimEnd;
    const pattern = this.#braced('}', true);
    if (value === undefined && this.#shown.keepsUnset) {
      return `\${${name}${twice ? modifier.repeat(2) : modifier}${pattern}}`;
    }
    return this.#matched(name, [value ?? '', pattern, 1], () => trim(value ?? '', pattern, twice));
  }

  #unset(written: string): string {
    return this.#shown.keepsUnset ? written : '';
  }

  /** A pattern that isn't valid, or would block the engine, is a mistake in the Dockerfile. */
  #matched(
    name: string,
    [value, pattern, cost]: readonly [value: string, pattern: string, cost: number],
    match: () => string,
  ): string {
    if (!this.#budget.compare(value, pattern, cost)) {
      throw new EngineError('invalid', `the patterns in ${this.#excerpt()} take too long`);
    }
    try {
      return match();
    } catch (cause) {
      if (!(cause instanceof PatternError)) throw cause;
      if (cause.message.startsWith('invalid escape')) {
        throw this.#invalid(`invalid pattern (${pattern}) in substitution: ${cause.message}`);
      }
      throw new EngineError('invalid', `failed to process "$${name}": ${cause.message}`, { cause });
    }
  }

  /** Reads a part between braces up to a character. */
  #braced(stop: '}' | '/', keepEscapes = false): string {
    try {
      return this.#until(stop, keepEscapes);
    } catch (error) {
      if (!(error instanceof EngineError) || this.#peek() !== '') throw error;
      const where = stop === '/' ? ` in \${}` : '';
      throw this.#invalid(`syntax error: missing '${stop}'${where}`);
    }
  }

  #name(): string {
    const pattern = /[\p{L}_][\p{L}\p{N}_]*|[0-9]+|[@*#?!$-]/uy;
    pattern.lastIndex = this.#position;
    const [name = ''] = pattern.exec(this.#text) ?? [];
    this.#position += name.length;
    return name;
  }

  #peek(): string {
    return this.#text[this.#position] ?? '';
  }

  #next(): string {
    return this.#text[this.#position++] ?? '';
  }

  /** Quoted or escaped text always belongs to the word. */
  #raw(text: string): string {
    if (!this.#open) this.#words.push('');
    this.#open = true;
    this.#words[this.#words.length - 1] += text;
    return text;
  }

  #plain(text: string): string {
    for (const char of text) {
      if (/\s/.test(char)) this.#open = false;
      else this.#raw(char);
    }
    return text;
  }

  #unended(what: string): EngineError {
    return this.#invalid(`unexpected end of statement while looking for matching ${what}`);
  }

  #invalid(reason: string): EngineError {
    return new EngineError('invalid', `failed to process ${JSON.stringify(this.#text)}: ${reason}`);
  }
}
