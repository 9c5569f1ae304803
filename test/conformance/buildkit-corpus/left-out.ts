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
    'testLocalCustomSessionID',
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
  ),
  ...because('it measures what is transferred', 'testNamedFilteredContext'),
  ...because('it needs a control group of its own', 'testCgroupParent'),
  ...because('the client refuses to send a socket', 'testCopySocket'),
  ...because(
    'it needs the internet',
    'testSSHFileDescriptorsClosed',
    'testInsecureDevicesWhitelist',
  ),
  ...because('Git there needs SHA-256', 'testDockerfileFromGitSHA256'),
];
