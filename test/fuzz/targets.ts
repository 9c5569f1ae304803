import type { Target } from './target.ts';

/** Opens each target. Some start servers, so each is opened only where it runs. */
const targets: Readonly<Record<string, () => Promise<Target>>> = {
  tar: async () => (await import('./targets/tar.ts')).tar,
  manifest: async () => (await import('./targets/manifest.ts')).manifest,
  reference: async () => (await import('./targets/reference.ts')).reference,
  'registry-headers': async () => (await import('./targets/registry-headers.ts')).registryHeaders,
  grammar: async () => (await import('./targets/grammar.ts')).grammar,
  dockerfile: async () => (await import('./targets/dockerfile.ts')).dockerfile,
  substitution: async () => (await import('./targets/substitution.ts')).substitution,
  glob: async () => (await import('./targets/glob.ts')).glob,
  dockerignore: async () => (await import('./targets/dockerignore.ts')).dockerignore,
  compose: async () => (await import('./targets/compose.ts')).compose,
  'env-file': async () => (await import('./targets/env-file.ts')).envFile,
  dns: async () => (await import('./targets/dns.ts')).dns,
  sftp: async () => (await import('./targets/sftp.ts')).openSftp(),
  'shared-files': async () => (await import('./targets/shared-files.ts')).openSharedFiles(),
  log: async () => (await import('./targets/log.ts')).openLog(),
  qmp: async () => (await import('./targets/qmp.ts')).qmp,
  'deep-link': async () => (await import('./targets/deep-link.ts')).deepLink,
  settings: async () => (await import('./targets/settings.ts')).openSettings(),
  'kernel-files': async () => (await import('./targets/kernel-files.ts')).kernelFiles,
  'session-packets': async () => (await import('./targets/session-packets.ts')).sessionPackets,
  'kube-text': async () => (await import('./targets/kube-text.ts')).kubeText,
  'kube-protobuf': async () => (await import('./targets/kube-protobuf.ts')).openKubeProtobuf(),
  spdy: async () => (await import('./targets/spdy.ts')).spdy,
  'kube-api': async () => (await import('./targets/kube-api.ts')).openKubeApi(),
  'engine-api': async () => (await import('./targets/engine-api.ts')).openEngineApi(),
};

export const targetNames: readonly string[] = Object.keys(targets);

export function openTarget(name: string): Promise<Target> {
  const open = targets[name];
  if (open === undefined) throw new Error(`unknown target ${name}`);
  return open();
}
