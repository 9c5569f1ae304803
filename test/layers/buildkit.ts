/** BuildKit's protocol, which the guest and the host's client of BuildKit share. */
export const buildkitProtocol = [
  'guest-agent/buildkit/generated',
  'guest-agent/buildkit/grpc',
  'guest-agent/buildkit/files/tree-entry.ts',
  'guest-agent/buildkit/files/send-tree.ts',
  'guest-agent/buildkit/files/receive-packets.ts',
];
