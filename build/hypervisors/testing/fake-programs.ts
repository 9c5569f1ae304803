/** A program for Windows on x64 that loads libraries. It has only the parts that name them. */
export function windowsProgram(...libraries: readonly string[]): Buffer {
  const file = Buffer.alloc(4096);
  const [header, optional, section, address, offset] = [0x80, 0x98, 0x188, 0x1000, 0x400];
  file.write('MZ');
  file.writeUInt32LE(header, 60);
  file.write('PE\0\0', header);
  file.writeUInt16LE(0x8664, header + 4);
  file.writeUInt16LE(1, header + 6);
  file.writeUInt16LE(section - optional, header + 20);
  file.writeUInt16LE(0x20b, optional);
  file.writeUInt32LE(libraries.length > 0 ? address : 0, optional + 120);
  // One section: its size in memory is at 8, its address at 12, its size and offset in the file at 16.
  file.writeUInt32LE(0xc00, section + 8);
  file.writeUInt32LE(address, section + 12);
  file.writeUInt32LE(0xc00, section + 16);
  file.writeUInt32LE(offset, section + 20);
  let name = 20 * (libraries.length + 1);
  libraries.forEach((library, index) => {
    file.writeUInt32LE(address + name, offset + 20 * index + 12);
    file.write(`${library}\0`, offset + name);
    name += library.length + 1;
  });
  return file;
}

/** The same for macOS on Intel. */
export function macProgram(...libraries: readonly string[]): Buffer {
  const commands = libraries.map((library) => {
    const command = Buffer.alloc(24 + Math.ceil((library.length + 1) / 8) * 8);
    command.writeUInt32LE(0xc, 0);
    command.writeUInt32LE(command.length, 4);
    command.writeUInt32LE(24, 8);
    command.write(library, 24);
    return command;
  });
  const header = Buffer.alloc(32);
  header.writeUInt32LE(0xfeedfacf, 0);
  header.writeUInt32LE(0x0100_0007, 4);
  header.writeUInt32LE(commands.length, 16);
  return Buffer.concat([header, ...commands]);
}
