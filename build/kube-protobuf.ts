import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MessageNumbers } from '../guest-agent/kube/schema/protobuf-fields.ts';

const PACKAGE = /^package ([\w.]+);/m;
const MESSAGE = /^message (\w+) \{\n(.*?)^\}/gms;
const FIELD = /^\s*(?:optional |repeated )?(map<[^>]+>|[\w.]+) (\w+) = (\d+);/gm;

interface Definition {
  readonly properties?: Readonly<Record<string, unknown>>;
}

/** The numbers of the fields of all described messages, from the `.proto` files of a directory. */
export async function messageNumbers(
  directory: string,
  definitions: ReadonlyMap<string, Definition>,
): Promise<MessageNumbers> {
  const messages = new Map<string, readonly Field[]>();
  for (const file of await readdir(directory)) {
    const text = await readFile(join(directory, file), 'utf8');
    const inPackage = PACKAGE.exec(text)?.[1] ?? '';
    for (const [, name = '', body = ''] of text.matchAll(MESSAGE)) {
      messages.set(fullName(`${inPackage}.${name}`), fieldsOf(body, inPackage));
    }
  }
  const result: Record<string, Record<string, string>> = {};
  const describe = (name: string, properties: Definition['properties']): void => {
    const fields = messages.get(name);
    if (fields === undefined || result[name]) return;
    const numbers: Record<string, string> = {};
    result[name] = numbers;
    for (const { field, type, number } of fields) {
      if (properties && field in properties) numbers[number] = field;
      else if (messages.has(type)) {
        numbers[number] = `=${type}`;
        describe(type, properties);
      }
    }
  };
  for (const [name, { properties }] of definitions) describe(name, properties);
  return result;
}

interface Field {
  readonly field: string;
  readonly type: string;
  readonly number: string;
}

function fieldsOf(body: string, inPackage: string): Field[] {
  return [...body.matchAll(FIELD)].map(([, type = '', field = '', number = '']) => ({
    ...{ field, number },
    type: fullName(type.startsWith('.') ? type.slice(1) : `${inPackage}.${type}`),
  }));
}

/** The description of the API begins the names of its types with `io.k8s`. */
function fullName(name: string): string {
  return name.replace(/^k8s\.io\./, 'io.k8s.');
}
