/** The kinds of text in Windows' registry. An expandable text contains variables such as %USERPROFILE%. */
export interface RegistryText {
  readonly value: string;
  readonly expandable: boolean;
}

/**
 * A text in a file of `reg export`, or undefined if the file doesn't list the name. Names in the
 * registry have no case.
 */
export function readRegistryText(file: string, name: string): RegistryText | undefined {
  // A backslash at the end of a line continues the line.
  const lines = file.replace(/\\\r?\n\s*/g, '').split(/\r?\n/);
  for (const line of lines) {
    const [, found, data = ''] = /^"((?:[^"\\]|\\.)*)"=(.*)$/.exec(line) ?? [];
    if (found === undefined || unescaped(found).toLowerCase() !== name.toLowerCase()) continue;
    const quoted = /^"((?:[^"\\]|\\.)*)"\s*$/.exec(data)?.[1];
    if (quoted !== undefined) return { value: unescaped(quoted), expandable: false };
    const hex = /^hex\([12]\):(.*)$/.exec(data)?.[1];
    if (hex === undefined) return undefined;
    const bytes = Buffer.from(hex.replace(/[^0-9a-f]/gi, ''), 'hex');
    return { value: bytes.toString('utf16le').replace(/\0+$/, ''), expandable: data[4] === '2' };
  }
  return undefined;
}

/** A file for `reg import` that sets one text. */
export function registryFile(key: string, name: string, { value, expandable }: RegistryText) {
  const bytes = Buffer.from(`${value}\0`, 'utf16le').toString('hex').match(/../g) ?? [];
  const data = `hex(${expandable ? 2 : 1}):${bytes.join(',')}`;
  return `Windows Registry Editor Version 5.00\r\n\r\n[${key}]\r\n"${name}"=${data}\r\n`;
}

const unescaped = (text: string) => text.replace(/\\(.)/g, '$1');
