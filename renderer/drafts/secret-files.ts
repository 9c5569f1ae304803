/** Files that usually hold passwords or keys. */
const SECRET =
  /(^|\/)(\.env(\.[^/]*)?|g?shadow-?|\.netrc|\.pgpass|\.npmrc|\.pypirc|\.htpasswd|id_[a-z0-9]+|[^/]*\.(pem|key|p12|pfx|jks|kdbx))$|secret|credential|password|token/i;

/** Whether a file is likely to hold secrets. Drafts of such files stay in memory only. */
export const mayHoldSecrets = (path: string): boolean => SECRET.test(path);
