import { createHash } from 'node:crypto';
import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';

/**
 * One sha256, in hex, of all inputs of a result: texts, and files or directories with their contents,
 * relative names and executable bits. Modification times and tests beside the code don't count.
 */
export async function hashInputs(inputs: {
  texts?: readonly string[];
  paths?: readonly string[];
}): Promise<string> {
  const hash = createHash('sha256');
  const add = (...parts: (string | Buffer)[]) => {
    for (const part of parts) {
      hash.update(`${Buffer.byteLength(part)}:`).update(part);
    }
  };
  for (const text of inputs.texts ?? []) add('text', text);
  for (const path of inputs.paths ?? []) {
    for (const file of await listFiles(path)) {
      const name = relative(path, file.path);
      if (file.link !== undefined) add('link', name, file.link);
      else add('file', name, file.executable ? 'x' : '-', await readFile(file.path));
    }
  }
  return hash.digest('hex');
}

interface InputFile {
  path: string;
  executable: boolean;
  link?: string;
}

/** The file itself, or all files below the directory, sorted by name. */
async function listFiles(path: string): Promise<InputFile[]> {
  const status = await stat(path);
  if (!status.isDirectory()) return [{ path, executable: (status.mode & 0o100) !== 0 }];
  const files: InputFile[] = [];
  const entries = await readdir(path, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    if (entry.name.endsWith('.test.ts')) continue;
    const child = join(path, entry.name);
    if (entry.isSymbolicLink()) {
      files.push({ path: child, executable: false, link: await readlink(child) });
    } else {
      files.push(...(await listFiles(child)));
    }
  }
  return files;
}
