import { create } from '@bufbuild/protobuf';
import { BuildArgs } from '../../../guest-agent/build/build-args.ts';
import { parseTrigger, readDockerfile } from '../../../guest-agent/build/dockerfile/parse.ts';
import { checkStep } from '../../../guest-agent/build/instructions/check-step.ts';
import { planBuild } from '../../../guest-agent/build/stages.ts';
import { checkOptions } from '../../../guest-agent/buildkit/checks/check-options.ts';
import { checkPlan } from '../../../guest-agent/buildkit/checks/check-plan.ts';
import { Report } from '../../../guest-agent/buildkit/checks/report.ts';
import { walkStages } from '../../../guest-agent/buildkit/checks/walk-stages.ts';
import type { Definition } from '../../../guest-agent/buildkit/frontend/definition.ts';
import { parseDefinition } from '../../../guest-agent/buildkit/frontend/parsed-definition.ts';
import { SolveRequestSchema } from '../../../guest-agent/buildkit/generated/github.com/moby/buildkit/api/services/control/control_pb.js';
import { nativePlatform } from '../../../guest-agent/registry/platform.ts';
import { randomBuild } from '../../conformance/random-dockerfiles/grammar/dockerfile.ts';
import { type Target, tryAll } from '../target.ts';

/** Dockerfiles: the parser, the classic builder's checks, and BuildKit's rules. */
export const dockerfile: Target = {
  seeds: [
    '# syntax=docker/dockerfile:1\n# escape=`\nFROM a AS b\nRUN x `\n  y\n',
    'ARG A=1\nFROM alpine:${A:-3} AS base\nENV A="b c" D=e\nCOPY --from=base --chown=1:2 a* b/ /c/\n',
    'FROM scratch\nCOPY <<EOF <<-"X Y" /d/\na $b\nEOF\n\tc\nX Y\nRUN <<EOF\necho\nEOF\n',
    'FROM a\nRUN --mount=type=cache,target=/x,id=$Y --network=none ["a", "b"]\nONBUILD ADD a b\n',
    'FROM a\nHEALTHCHECK --interval=5s --retries=3 CMD x\nEXPOSE 80/tcp 90-95/udp\nVOLUME ["/a"]\n',
    'FROM --platform=$BUILDPLATFORM a\nLABEL a=b "c d"=\'e\'\nSHELL ["/bin/sh","-c"]\nSTOPSIGNAL 9\nUSER a:b\nWORKDIR $X/${Y%%/*}\nENTRYPOINT ["x"]\nCMD y\nMAINTAINER z\n',
  ],
  generate: (random) => randomBuild(random.integer(1, 1_000_000)).instructions.join('\n'),
  words: [
    ...['FROM ', 'RUN ', 'COPY ', 'ADD ', 'ARG ', 'ENV ', 'ONBUILD ', '--from=', '--mount=type='],
    ...[
      '<<EOF',
      '\nEOF\n',
      '\\\n',
      '# escape=`\n',
      '# check=skip=all\n',
      '${X',
      ':-',
      '}',
      '["',
      '"]',
    ],
    ...[' AS ', '$', '--chmod=', '--parents ', 'HEALTHCHECK NONE', 'type=secret,id=', 'scratch'],
  ],
  async read(input) {
    const text = input.toString();
    const platform = nativePlatform();
    const given = { A: '1', B: null };
    const isReplaced = () => false;
    const outcomes = await Promise.allSettled([
      (async () => {
        const { stages } = planBuild(await readDockerfile(text), '');
        for (const { instructions } of stages) {
          for (const instruction of instructions) checkStep(instruction, stages.length);
        }
      })(),
      (async () => {
        const report = new Report(checkOptions(text, null), () => {});
        const definition = { text, filename: 'Dockerfile' } as Definition;
        const job = { request: create(SolveRequestSchema, {}) };
        const { dockerfile } = await parseDefinition(definition, job, report);
        const { escapeChar } = dockerfile;
        checkPlan(dockerfile, { buildArgs: given, target: '', isReplaced }, platform, report);
        const args = new BuildArgs(given, platform);
        const { stages } = planBuild(dockerfile, '');
        walkStages(stages, () => undefined, {
          ...{ escapeChar, given, globals: args.globals(), report, isReplaced, all: stages },
          ignores: () => false,
        });
      })(),
    ]);
    tryAll([
      ...outcomes.map((outcome) => () => {
        if (outcome.status === 'rejected') throw outcome.reason;
      }),
      () => parseTrigger(text, '\\'),
    ]);
  },
};
