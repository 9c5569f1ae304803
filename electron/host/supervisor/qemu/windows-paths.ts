import { HostError } from '../../base/errors.ts';
import { loggerOf } from '../../base/log.ts';
import { runProgram } from '../../base/process.ts';

const log = loggerOf('qemu');

/*
 * QEMU for Windows opens files by names in the system's code page ("ANSI") and without the `\\?\` form, so
 * it finds neither other characters nor long paths. Its own message then says only that a file is missing.
 */

/** Windows' MAX_PATH, without the zero at the end. */
const longestPath = 259;

/** The encodings of the code pages that Windows can have. Another one isn't checked. */
const encodings: Readonly<Record<number, string>> = {
  ...{ 874: 'windows-874', 932: 'shift_jis', 936: 'gbk', 949: 'euc-kr', 950: 'big5' },
  ...{ 1250: 'windows-1250', 1251: 'windows-1251', 1252: 'windows-1252', 1253: 'windows-1253' },
  ...{ 1254: 'windows-1254', 1255: 'windows-1255', 1256: 'windows-1256', 1257: 'windows-1257' },
  1258: 'windows-1258',
};
const doubleByte: readonly number[] = [932, 936, 949, 950];

const hint =
  'Set the environment variable `BERTH_HOME` to a short folder with Latin letters, such as C:\\berth. If the file belongs to the app, install Berth in such a folder.';

/** Rejects with HostError if QEMU for Windows can't open one of these paths. */
export async function requireUsablePaths(
  paths: readonly string[],
  readCodePage: () => Promise<number | undefined> = systemCodePage,
): Promise<void> {
  for (const path of paths) {
    if (path.length > longestPath) {
      const limit = `QEMU for Windows opens paths of at most ${longestPath} characters`;
      throw new HostError('machine-failed', `${path} has ${path.length} characters. ${limit}`, {
        hint,
      });
    }
  }
  const foreign = paths.filter((path) => /[^\x20-\x7e]/.test(path));
  if (foreign.length === 0) return;
  const codePage = await log.attempt('Reading the code page', readCodePage());
  const known = codePage === undefined ? undefined : charactersOf(codePage);
  for (const path of foreign) {
    const character = known && [...path].find((each) => !known.has(each));
    if (character === undefined) continue;
    throw new HostError(
      'machine-failed',
      `QEMU for Windows can't open ${path}: the character “${character}” isn't in your system's code page (${codePage})`,
      { hint },
    );
  }
}

/** The number of the code page of programs that don't use Unicode; undefined if it can't be read. */
async function systemCodePage(): Promise<number | undefined> {
  const key = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Nls\\CodePage';
  const { stdout } = await runProgram('reg.exe', ['query', key, '/v', 'ACP']);
  const [, digits] = /\bACP\s+REG_SZ\s+(\d+)/.exec(stdout) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** The characters of a code page; undefined if it has all, or isn't known. */
function charactersOf(codePage: number): ReadonlySet<string> | undefined {
  const encoding = encodings[codePage];
  if (encoding === undefined) return undefined;
  const bytes: number[] = [];
  for (let first = 0x20; first <= 0xff; first++) {
    bytes.push(first, 0x0a);
    if (!doubleByte.includes(codePage) || first < 0x81) continue;
    for (let second = 0x40; second <= 0xfe; second++) bytes.push(first, second, 0x0a);
  }
  return new Set(new TextDecoder(encoding).decode(Uint8Array.from(bytes)).replaceAll('\ufffd', ''));
}
