/** The version of Kubernetes whose API this is, in the form of `/version`. */
export const versionInfo = {
  ...{ major: '1', minor: '34', gitVersion: 'v1.34.0+berth', gitCommit: '', gitTreeState: 'clean' },
  ...{ buildDate: '', goVersion: '', compiler: '', platform: `linux/${platform()}` },
};

function platform(): string {
  return process.arch === 'x64' ? 'amd64' : process.arch;
}
