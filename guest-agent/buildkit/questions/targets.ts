import { parseDockerfile } from '../../build/dockerfile/parse.ts';
import { planBuild } from '../../build/stages.ts';
import { describing, readComments } from '../checks/comments.ts';
import { linesOf } from '../checks/report.ts';
import type { QuestionContext } from './question-context.ts';
import { type Answer, location, resultAnswer } from './result-answer.ts';
import { textTable } from './text-table.ts';

/** `docker build --call targets` */
export function listTargets({ definition: { text } }: Pick<QuestionContext, 'definition'>): Answer {
  const dockerfile = parseDockerfile(text);
  const commentsOf = readComments(text, dockerfile);
  const { stages } = planBuild(dockerfile, '');
  const targets = stages.map(({ name, base, from }, index) => {
    const isDefault = index === stages.length - 1;
    const description = describing(commentsOf(from), name);
    const platform = from.flags.get('platform') ?? '';
    return {
      ...(name && { name }),
      ...(isDefault && { default: true }),
      ...(description && { description }),
      base,
      ...(platform && { platform }),
      location: location(linesOf(from)),
    };
  });
  const rows = targets.map(({ name = '', default: isDefault, description = '' }) => [
    isDefault ? `${name} (default)`.trim() : name,
    description,
  ]);
  return resultAnswer(
    { targets, sources: [Buffer.from(text).toString('base64')] },
    textTable([['TARGET', 'DESCRIPTION'], ...rows], 1),
  );
}
