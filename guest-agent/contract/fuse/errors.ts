/** Linux's numbers of the errors that a file server may answer, on whatever system it runs. */
export const linuxErrors = {
  EPERM: 1,
  ENOENT: 2,
  EINTR: 4,
  EIO: 5,
  EBADF: 9,
  ENOMEM: 12,
  EACCES: 13,
  EBUSY: 16,
  EEXIST: 17,
  EXDEV: 18,
  ENOTDIR: 20,
  EISDIR: 21,
  EINVAL: 22,
  ENFILE: 23,
  EMFILE: 24,
  ETXTBSY: 26,
  EFBIG: 27,
  ENOSPC: 28,
  EROFS: 30,
  EMLINK: 31,
  ENAMETOOLONG: 36,
  ENOSYS: 38,
  ENOTEMPTY: 39,
  ELOOP: 40,
  EOPNOTSUPP: 95,
  ESTALE: 116,
  EDQUOT: 122,
} as const;
export type LinuxError = keyof typeof linuxErrors;

/** The number for an error's `code`. Windows has codes of its own, and anything else is an I/O error. */
export function linuxError(code: string | undefined): number {
  if (code === 'ENOTSUP') return linuxErrors.EOPNOTSUPP;
  return code !== undefined && Object.hasOwn(linuxErrors, code)
    ? linuxErrors[code as LinuxError]
    : linuxErrors.EIO;
}
