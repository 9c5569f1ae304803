const DECIMAL = ['B', 'kB', 'MB', 'GB', 'TB'];
const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** Bytes in decimal units with three digits, as engines print them: `4.26 MB`. */
export const formatBytes = (bytes: number): string => inUnits(bytes, 1000, DECIMAL);

/** Bytes of the VM in binary units, in which its memory and its disk are chosen: `1.93 GiB`. */
export const formatBinary = (bytes: number): string => inUnits(bytes, 1024, BINARY);

function inUnits(bytes: number, step: number, units: readonly string[]): string {
  let value = bytes;
  let unit = 0;
  while (value >= step - 0.5 && unit < units.length - 1) {
    value /= step;
    unit += 1;
  }
  return `${unit === 0 ? value : Number(value.toPrecision(3))} ${units[unit]}`;
}
