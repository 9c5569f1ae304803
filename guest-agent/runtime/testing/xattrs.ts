import koffi from 'koffi';

const MAX_BYTES = 65536;

const libc = koffi.load('libc.so.6');
const llistxattr = libc.func('int64_t llistxattr(void *path, void *list, size_t size)');
const lgetxattr = libc.func(
  'int64_t lgetxattr(void *path, const char *name, void *value, size_t size)',
);

/** The extended attributes of a file, without following links. Values in hex, names sorted. */
export function readXattrs(path: Buffer): Record<string, string> {
  const cPath = Buffer.concat([path, Buffer.from([0])]);
  const list = Buffer.alloc(MAX_BYTES);
  const length = Number(llistxattr(cPath, list, list.length));
  const names = list.toString('latin1', 0, Math.max(0, length)).split('\0');
  return Object.fromEntries(
    names
      .filter((name) => name !== '')
      .sort()
      .map((name) => {
        const value = Buffer.alloc(MAX_BYTES);
        const size = Number(lgetxattr(cPath, name, value, value.length));
        return [name, value.toString('hex', 0, Math.max(0, size))];
      }),
  );
}
