const image = { ParentId: '', RepoDigests: [], Created: 0, Labels: {} };
/** An answer to `GET /system/df` with sizes that are easy to check. */
export const diskUsage = {
  LayersSize: 84_000_000,
  Images: [
    { ...image, Id: 'sha256:1', RepoTags: ['alpine:3.22'], Size: 44_000_000, Containers: 1 },
    { ...image, Id: 'sha256:2', RepoTags: ['debian:13'], Size: 40_000_000, Containers: 0 },
  ],
  Containers: [],
  Volumes: [
    { Name: 'data', UsageData: { Size: 12_000_000, RefCount: 1 } },
    { Name: 'old', UsageData: { Size: 5_000_000, RefCount: 0 } },
  ],
  BuildCache: [{ ID: 'a', Size: 9_000_000, InUse: false }],
};
