import type { LeftOut } from './case.ts';

const because = (why: string, ...tests: readonly string[]): LeftOut[] =>
  tests.map((test) => ({ test, why }));

/** BuildKit's tests of its Dockerfile frontend that have no case here. */
export const leftOut: readonly LeftOut[] = [
  ...because('it is about Windows', 'testDefaultPathEnvOnWindows', 'testPlatformWithOSVersion'),
  ...because('it is about Windows', 'testMaintainBaseOSVersion'),
  ...because(
    'its client makes steps of its own, which Docker’s clients don’t',
    ...[
      'testFrontendUseForwardedSolveResults',
      'testFrontendInputs',
      'testNilContextInSolveGateway',
    ],
    ...['testMultiNilRefsInSolveGateway', 'testNamedMultiplatformInputContext'],
    ...['testLocalCustomSessionID', 'testClientFrontendProvenance', 'testClientLLBProvenance'],
    ...['testNilProvenance', 'testFrontendDeduplicateSources'],
  ),
  ...because(
    'docker build has no option for it',
    ...['testTarContextExternalDockerfile', 'testSourcePolicyWithNamedContext'],
    'testSourceDateEpochWithoutExporter',
  ),
  ...because(
    'it looks into BuildKit’s store',
    ...['testCacheReleased', 'testNoSnapshotLeak', 'testHistoryFinalizeTrace'],
  ),
  ...because(
    'it compares caches that leave the engine',
    ...['testExportCacheLoop', 'testCacheMultiPlatformImportExport', 'testCacheImportExport'],
    ...['testImageManifestCacheImportExport', 'testImportExportReproducibleIDs'],
  ),
  ...because(
    'Docker’s engine needs the image store of containerd for it',
    ...[
      'testNamedImageContextPlatform',
      'testNamedImageContextTimestamps',
      'testOCILayoutMultiname',
    ],
    ...[
      'testNamedOCILayoutContext',
      'testNamedOCILayoutContextExport',
      'testBaseImagePlatformMismatch',
    ],
    ...['testMultiNilRefsOCIExporter', 'testSBOMScannerImage', 'testSBOMScannerArgs'],
    'testWorkdirSourceDateEpochReproducible',
    ...['testProvenanceAttestation', 'testGitProvenanceAttestationSHA1'],
    ...['testGitProvenanceAttestationSHA256', 'testMultiPlatformProvenance'],
    ...['testSecretSSHProvenance', 'testOCILayoutProvenance', 'testDuplicatePlatformProvenance'],
    ...['testDuplicateLayersProvenance', 'testDockerIgnoreMissingProvenance'],
    ...['testProvenanceExportLocal', 'testProvenanceExportLocalForceSplit'],
    ...['testProvenanceExportLocalMultiPlatform', 'testProvenanceExportLocalMultiPlatformNoSplit'],
  ),
  ...because('it measures what is transferred', 'testNamedFilteredContext'),
  ...because('it needs a control group of its own', 'testCgroupParent'),
  ...because('the client refuses to send a socket', 'testCopySocket'),
  ...because(
    'it needs the internet',
    'testSSHFileDescriptorsClosed',
    'testInsecureDevicesWhitelist',
  ),
  ...because('Git there needs SHA-256', 'testDockerfileFromGitSHA256', 'testAddGitSHA256'),
  ...because('it looks into BuildKit’s definition of the build', 'testCommandSourceMapping'),
  ...because('it needs devices of the host', 'testDeviceRunEnv'),
  ...because(
    'in Berth, a cache keeps its files in a build with --no-cache, even if the mount sets a mode',
    'testCacheMountModeNoCache',
  ),
];
