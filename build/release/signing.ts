import type { Configuration } from 'electron-builder';
import type { PackageTarget } from '../package/targets.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The variables that sign a package. Each needs all of its group. */
const groups = {
  /** A certificate for macOS, as a file in Base64 or a path. */
  macSigning: ['CSC_LINK', 'CSC_KEY_PASSWORD'],
  /** A key of App Store Connect, for Apple's notary service. */
  notarization: ['APPLE_API_KEY', 'APPLE_API_KEY_ID', 'APPLE_API_ISSUER'],
  /** A certificate for Windows, as a file. */
  windowsSigning: ['WIN_CSC_LINK', 'WIN_CSC_KEY_PASSWORD'],
  /** Microsoft's signing service. The first three are the account's. */
  azureSigning: [
    ...['AZURE_TENANT_ID', 'AZURE_CLIENT_ID', 'AZURE_CLIENT_SECRET'],
    ...['AZURE_SIGNING_ENDPOINT', 'AZURE_SIGNING_ACCOUNT', 'AZURE_SIGNING_PROFILE'],
    'AZURE_SIGNING_PUBLISHER',
  ],
} as const;

type Group = keyof typeof groups;

const has = (group: Group, environment: Environment) =>
  groups[group].every((name) => Boolean(environment[name]));

/**
 * Removes empty variables. A workflow sets a secret that doesn't exist to an empty text, which
 * electron-builder would take for the name of a file.
 */
export function withoutEmptySecrets(environment: NodeJS.ProcessEnv): void {
  for (const name of Object.values(groups).flat()) {
    if (environment[name] === '') delete environment[name];
  }
}

/** The configuration with the parts that sign, as far as the environment has the secrets. */
export function signedConfiguration(
  configuration: Configuration,
  environment: Environment,
): Configuration {
  // Apple notarizes only what a developer has signed.
  const notarize = has('macSigning', environment) && has('notarization', environment);
  const { AZURE_SIGNING_ENDPOINT, AZURE_SIGNING_ACCOUNT, AZURE_SIGNING_PROFILE } = environment;
  return {
    ...configuration,
    mac: { ...configuration.mac, notarize },
    win: {
      ...configuration.win,
      ...(has('azureSigning', environment) && {
        azureSignOptions: {
          endpoint: AZURE_SIGNING_ENDPOINT ?? '',
          codeSigningAccountName: AZURE_SIGNING_ACCOUNT ?? '',
          certificateProfileName: AZURE_SIGNING_PROFILE ?? '',
          publisherName: environment.AZURE_SIGNING_PUBLISHER ?? '',
        },
      }),
    },
  };
}

/** What a package won't have because secrets are missing, for the log of a release. */
export function signingNotices({ platform }: PackageTarget, environment: Environment): string[] {
  const notice = (text: string, ...choices: Group[]) => {
    if (choices.some((group) => has(group, environment))) return [];
    const wanted = choices.map((group) => groups[group].join(', ')).join('; or ');
    return [`${text} To change this, set the secrets ${wanted}.`];
  };
  if (platform === 'linux') return [];
  if (platform === 'win32') {
    return notice(
      "The package isn't signed, so Windows warns users before they run it.",
      'azureSigning',
      'windowsSigning',
    );
  }
  return [
    ...notice('The package has no signature of a developer, so macOS refuses it.', 'macSigning'),
    ...notice("The package isn't notarized, so macOS refuses it.", 'notarization'),
  ];
}
