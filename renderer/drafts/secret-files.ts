/** Files that hold passwords and keys more often than not. */
const SECRET =
  /(^|\/)(\.env(\.[^/]*)?|g?shadow-?|\.netrc|\.pgpass|\.npmrc|\.pypirc|\.htpasswd|id_[a-z0-9]+|[^/]*\.(pem|key|p12|pfx|jks|kdbx))$|secret|credential|password|token/i;

/** Whether a file is likely to hold secrets: then drafts of it are kept in memory alone. */
export const mayHoldSecrets = (path: string): boolean => SECRET.test(path);
