import * as z from 'zod';
import type { OciSeccomp } from './oci.ts';

const conditionSchema = z.object({
  caps: z.array(z.string()).nullish(),
  arches: z.array(z.string()).nullish(),
  minKernel: z.string().nullish(),
});

/** The profile format of Docker and containers-common, with rules that depend on capabilities. */
export const seccompProfileSchema = z.object({
  defaultAction: z.string(),
  defaultErrnoRet: z.number().nullish(),
  archMap: z
    .array(z.object({ architecture: z.string(), subArchitectures: z.array(z.string()).nullish() }))
    .nullish(),
  architectures: z.array(z.string()).nullish(),
  syscalls: z
    .array(
      z.object({
        names: z.array(z.string()).nullish(),
        name: z.string().nullish(),
        action: z.string(),
        errnoRet: z.number().nullish(),
        args: z
          .array(
            z.object({
              index: z.number(),
              value: z.number(),
              valueTwo: z.number().nullish(),
              op: z.string(),
            }),
          )
          .nullish(),
        includes: conditionSchema.nullish(),
        excludes: conditionSchema.nullish(),
      }),
    )
    .nullish()
    .transform((rules) => rules ?? []),
});
export type SeccompProfile = z.infer<typeof seccompProfileSchema>;

const architectures: Record<string, { name: string; seccomp: string }> = {
  x64: { name: 'amd64', seccomp: 'SCMP_ARCH_X86_64' },
  arm64: { name: 'arm64', seccomp: 'SCMP_ARCH_AARCH64' },
};

/** Resolves a profile for a container's capabilities and the guest's CPU architecture. */
export function seccomp(
  profile: SeccompProfile,
  capabilities: readonly string[],
  arch: string = process.arch,
): OciSeccomp {
  const own = architectures[arch];
  const applies = ({ includes, excludes }: SeccompProfile['syscalls'][number]) =>
    (includes?.caps ?? []).every((cap) => capabilities.includes(cap)) &&
    (!includes?.arches?.length || (own !== undefined && includes.arches.includes(own.name))) &&
    !(excludes?.caps ?? []).some((cap) => capabilities.includes(cap)) &&
    !(own !== undefined && (excludes?.arches ?? []).includes(own.name));
  const mapped = profile.archMap?.find(({ architecture }) => architecture === own?.seccomp);
  return {
    defaultAction: profile.defaultAction,
    ...(profile.defaultErrnoRet != null && { defaultErrnoRet: profile.defaultErrnoRet }),
    architectures: mapped
      ? [mapped.architecture, ...(mapped.subArchitectures ?? [])]
      : (profile.architectures ?? []),
    syscalls: profile.syscalls.filter(applies).map((rule) => ({
      names: rule.names ?? (rule.name ? [rule.name] : []),
      action: rule.action,
      ...(rule.errnoRet != null && { errnoRet: rule.errnoRet }),
      ...(rule.args?.length && {
        args: rule.args.map(({ index, value, valueTwo, op }) => ({
          index,
          value,
          op,
          ...(valueTwo != null && { valueTwo }),
        })),
      }),
    })),
  };
}
