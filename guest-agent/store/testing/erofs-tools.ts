import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { debianProgram } from './debian-program.ts';

/** A mkfs.erofs that can index tars (erofs-utils >= 1.7): the local one, or the guest's. */
export async function mkfsErofs(): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)('mkfs.erofs', ['--version']).catch(() => ({
    stdout: '',
    stderr: '',
  }));
  const [, minor = '0'] = /\b1\.(\d+)/.exec(stdout + stderr) ?? [];
  return Number(minor) >= 7 ? 'mkfs.erofs' : debianProgram('erofs-utils', '/usr/bin/mkfs.erofs');
}
