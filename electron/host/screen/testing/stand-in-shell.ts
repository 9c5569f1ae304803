import type { Duplex } from 'node:stream';

const PROMPT = '/ # ';

/**
 * The little of a shell with a terminal that tests need: it echoes what is typed, knows `echo`,
 * `size`, `flood CHARACTERS` and `exit CODE`.
 */
export class StandInShell {
  #written = '';
  #line = '';
  #size = '80x24';
  readonly #sockets = new Set<Duplex>();
  readonly #onExit: (code: number) => void;

  constructor(onExit: (code: number) => void) {
    this.#onExit = onExit;
    this.#print(PROMPT);
  }

  /** All that it has printed. */
  get written(): string {
    return this.#written;
  }

  resize(columns: number, rows: number): void {
    this.#size = `${columns}x${rows}`;
  }

  /** Prints what it has printed so far, and then what is typed. */
  attach(socket: Duplex): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.write(this.#written);
    socket.on('data', (data: Buffer) => {
      for (const key of data.toString()) this.#type(key);
    });
  }

  end(): void {
    for (const socket of this.#sockets) socket.end();
  }

  #type(key: string): void {
    if (key !== '\r') {
      this.#line += key;
      this.#print(key);
      return;
    }
    this.#print('\r\n');
    const [command = '', ...words] = this.#line.trim().split(/\s+/);
    this.#line = '';
    if (command === 'exit') {
      this.#onExit(Number(words[0] ?? 0));
      return;
    }
    if (command === 'echo') this.#print(`${words.join(' ')}\r\n`);
    else if (command === 'size') this.#print(`${this.#size}\r\n`);
    else if (command === 'flood') this.#print('x'.repeat(Number(words[0])));
    else if (command !== '') this.#print(`sh: ${command}: not found\r\n`);
    this.#print(PROMPT);
  }

  #print(text: string): void {
    this.#written += text;
    for (const socket of this.#sockets) socket.write(text);
  }
}
