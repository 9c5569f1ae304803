import { EngineError } from '../../errors.ts';
import { isUrl } from '../copy/download.ts';
import { parseChange } from '../copy/permissions.ts';
import { heredocStart } from '../dockerfile/heredoc.ts';
import { mountTexts, parseMountFlag } from '../dockerfile/mount-flag.ts';
import { DockerfileError, type Instruction } from '../dockerfile/parse.ts';
import { parseGitAddress } from '../git/git-address.ts';
import { copyWords } from './copy-words.ts';

/**
 * Finds mistakes that BuildKit reports before it runs the first step, unless they depend on
 * variables. `stages` is the number of the Dockerfile's stages. Throws DockerfileError.
 */
export function checkStep(instruction: Instruction, stages: number): void {
  const { keyword, flags, line, endLine } = instruction;
  const from = keyword === 'COPY' ? (flags.get('from') ?? '') : '';
  // BuildKit shows no place for these.
  if (/\$[\w{]/.test(from)) {
    throw new DockerfileError(
      'variable expansion is not supported for --from, define a new stage with FROM using ARG from global scope as a workaround',
      0,
    );
  }
  if (/^\d+$/.test(from) && Number(from) >= stages) {
    throw new DockerfileError(`invalid stage index ${from}`, 0);
  }
  try {
    if (keyword === 'RUN') checkRun(instruction);
    if (keyword === 'COPY' || keyword === 'ADD') checkCopy(instruction);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw new DockerfileError(error.message, line, endLine);
  }
}

function checkRun({ flags }: Instruction): void {
  for (const mount of mountTexts({ flags })) if (!mount.includes('$')) parseMountFlag(mount);
  const device = flags.get('device');
  if (device !== undefined) {
    throw new EngineError(
      'invalid',
      `builds can't use the device ${device.split('\n')[0]}, because Berth's VM has no CDI devices. Remove --device`,
    );
  }
}

function checkCopy(instruction: Instruction): void {
  const { keyword, flags } = instruction;
  const chmod = flags.get('chmod') ?? '';
  if (!chmod.includes('$')) parseChange(chmod);
  const sources = copyWords(instruction).slice(0, -1);
  checkSources(keyword, sources, flags.get('checksum') ?? '');
}

/**
 * Checks the sources of `COPY` or `ADD`, without here-documents. A source with variables can mean
 * anything. Throws EngineError 'invalid' in BuildKit's words.
 */
export function checkSources(keyword: string, words: readonly string[], checksum: string): void {
  const sources = words.filter((word) => heredocStart(word) === undefined);
  if (checksum !== '' && sources.length !== 1) {
    throw new EngineError('invalid', "checksum can't be specified for multiple sources");
  }
  for (const source of sources.filter((word) => !word.includes('$'))) {
    const isGit = parseGitAddress(source) !== undefined;
    if (keyword === 'COPY' && isGit) {
      throw new EngineError('invalid', "source can't be a git ref for COPY");
    }
    if (keyword === 'COPY' && isUrl(source)) {
      throw new EngineError('invalid', "source can't be a URL for COPY");
    }
    if (checksum !== '' && !isGit && !isUrl(source)) {
      throw new EngineError('invalid', 'checksum requires HTTP(S) or Git sources');
    }
  }
}
