import type { ImageConfig } from '../engine/images/store/image.ts';
import { EngineError } from '../errors.ts';
import { keyValues } from '../grammar/key-values.ts';
import { classic } from './dialect.ts';
import { parseDockerfile } from './dockerfile/parse.ts';
import { checkInstruction } from './instructions/check.ts';
import { metadataInstructions, workingDirectory } from './instructions/metadata.ts';

/**
 * The `--change` of commit and import: Dockerfile instructions that only change an image's
 * configuration. Throws EngineError 'invalid' immediately for others.
 */
export function configChange(changes: readonly string[]): (config: ImageConfig) => ImageConfig {
  const text = changes.join('\n');
  if (text.trim() === '') return (config) => config;
  const { instructions, escapeChar } = parseDockerfile(text);
  for (const instruction of instructions) {
    const { keyword } = instruction;
    if (keyword !== 'WORKDIR' && (!metadataInstructions[keyword] || keyword === 'MAINTAINER')) {
      throw new EngineError('invalid', `${keyword.toLowerCase()} is not a valid change command`);
    }
    checkInstruction(instruction, escapeChar);
  }
  return (base) => {
    let config = base;
    let hasOwnCommand = false;
    for (const instruction of instructions) {
      const context = {
        config,
        escapeChar,
        variables: environment(config),
        hasOwnCommand,
        dialect: classic,
      };
      hasOwnCommand ||= instruction.keyword === 'CMD';
      config =
        instruction.keyword === 'WORKDIR'
          ? { ...config, WorkingDir: workingDirectory(instruction, context) }
          : (metadataInstructions[instruction.keyword]?.(instruction, context).config ?? config);
    }
    return config;
  };
}

function environment({ Env = [] }: ImageConfig): Map<string, string> {
  return new Map(Object.entries(keyValues(Env)));
}
