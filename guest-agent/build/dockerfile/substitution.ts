import { PatternError } from '../../contract/glob-token.ts';
import { EngineError } from '../../errors.ts';
import { replacePattern, trimEnd, trimStart } from './glob.ts';

/** What `$NAME` stands for. */
export type Variables = ReadonlyMap<string, string>;

/** One word with its quotes removed and its variables replaced; never split. */
export function expandWord(text: string, variables: Variables, escapeChar = '\\'): string {
  return new Expansion(text, variables, escapeChar).whole();
}

/** The same, split at blanks that are neither quoted nor escaped; variables' values are split too. */
export function expandWords(text: string, variables: Variables, escapeChar = '\\'): string[] {
  const expansion = new Expansion(text, variables, escapeChar);
  expansion.whole();
  return expansion.words();
}

/** Replaces variables and leaves everything else, quotes too, as it is: for documents. */
export function expandText(text: string, variables: Variables, escapeChar = '\\'): string {
  return new Expansion(text, variables, escapeChar).document();
}

/** Of defaults within defaults. */
const MAX_DEPTH = 100;

/** The small part of a shell's language that Dockerfiles have outside `RUN`. */
class Expansion {
  readonly #text: string;
  readonly #variables: Variables;
  readonly #escapeChar: string;
  readonly #depth: number;
  #position = 0;
  /** Words so far; the last one is still open. Undefined between two words. */
  readonly #words: string[] = [];
  #open = false;

  constructor(text: string, variables: Variables, escapeChar: string, depth = 0) {
    this.#text = text;
    this.#variables = variables;
    this.#escapeChar = escapeChar;
    this.#depth = depth;
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
      const char = this.#peek();
      if (char === '$') result += this.#variable();
      else if (char === this.#escapeChar) {
        this.#next();
        result += '$`'.includes(this.#peek() || ' ') ? this.#next() : this.#escapeChar;
      } else result += this.#next();
    }
    return result;
  }

  /** Up to a character outside quotes, which is consumed; '' is the end of the text. */
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
    return content;
  }

  #doubleQuoted(): string {
    this.#next();
    let result = '';
    for (;;) {
      const char = this.#peek();
      if (char === '') throw this.#unended('double-quote');
      if (char === '$') result += this.#variable();
      else if (this.#next() === '"') return result;
      else if (char === this.#escapeChar && ['"', '$', this.#escapeChar].includes(this.#peek())) {
        result += this.#next();
      } else result += char;
    }
  }

  /** `$NAME` or `${NAME…}`; a dollar that begins neither is itself. */
  #variable(): string {
    this.#next();
    if (this.#peek() !== '{') {
      const name = this.#name();
      return name === '' ? '$' : (this.#variables.get(name) ?? '');
    }
    this.#next();
    const name = this.#name();
    if (name === '') throw this.#invalid('bad substitution');
    // What is inside the braces makes no words of its own.
    if (this.#depth === MAX_DEPTH) throw this.#invalid('variables are nested too deeply');
    const inner = new Expansion(this.#text, this.#variables, this.#escapeChar, this.#depth + 1);
    inner.#position = this.#position;
    const value = inner.#modified(name);
    this.#position = inner.#position;
    return value;
  }

  /** After the name, up to and with the closing brace. */
  #modified(name: string): string {
    const value = this.#variables.get(name);
    let modifier = this.#next();
    if (modifier === '}') return value ?? '';
    const colon = modifier === ':';
    if (colon) modifier = this.#next();
    const isSet = value !== undefined && !(colon && value === '');
    if (['-', '+', '?'].includes(modifier)) {
      const word = this.#until('}');
      if (modifier === '-') return isSet ? value : word;
      if (modifier === '+') return isSet ? word : '';
      if (isSet) return value;
      throw new EngineError('invalid', `${name}: ${word || 'not allowed to be unset'}`);
    }
    if (colon || !['#', '%', '/'].includes(modifier)) {
      if (modifier === '') throw this.#invalid("syntax error: missing '}'");
      throw this.#invalid(`unsupported modifier (${colon ? ':' : ''}${modifier}) in substitution`);
    }
    const twice = this.#peek() === modifier;
    if (twice) this.#next();
    if (modifier === '/') {
      const pattern = this.#until('/', true);
      const replacement = this.#until('}');
      return limited(name, () => replacePattern(value ?? '', pattern, replacement, twice));
    }
    const trim = modifier === '#' ? trimStart : trimEnd;
    const pattern = this.#until('}', true);
    return limited(name, () => trim(value ?? '', pattern, twice));
  }

  #name(): string {
    const pattern = /[A-Za-z_]\w*|[0-9@*#?!-]/y;
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

  /** Quoted or escaped: belongs to the word, whatever it is. */
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
    return new EngineError('invalid', `failed to process "${this.#text}": ${reason}`);
  }
}

/** A match that would keep the engine from everything else is the Dockerfile's mistake. */
function limited(name: string, match: () => string): string {
  try {
    return match();
  } catch (cause) {
    if (!(cause instanceof PatternError)) throw cause;
    throw new EngineError('invalid', `failed to process "$${name}": ${cause.message}`, { cause });
  }
}
