import { readFile } from 'node:fs/promises';
import ssh2 from 'ssh2';
import { writeFileAtomic } from '../../base/atomic-file.ts';
import { HostError } from '../../base/errors.ts';
import { codeOf } from '../../base/system-error.ts';

/** A key pair in OpenSSH's formats: private PEM, and `ssh-ed25519 AAAA...`. */
export interface KeyPair {
  readonly privateKey: string;
  readonly publicKey: string;
}

/** The key that may log in to the VM, and the key that the VM must prove to have. */
export interface BridgeKeys {
  readonly client: KeyPair;
  readonly guestHost: KeyPair;
}

/** Reads both key pairs; creates them at the first start. The files are owner-only. */
export async function ensureKeys(files: {
  readonly clientKey: string;
  readonly guestHostKey: string;
}): Promise<BridgeKeys> {
  return {
    client: await ensureKeyPair(files.clientKey, 'berth'),
    guestHost: await ensureKeyPair(files.guestHostKey, 'berth-guest'),
  };
}

async function ensureKeyPair(path: string, comment: string): Promise<KeyPair> {
  let privateKey: string;
  try {
    privateKey = await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    privateKey = generatePrivateKey(comment);
    await writeFileAtomic(path, privateKey);
  }
  return { privateKey, publicKey: publicKeyOf(privateKey, path) };
}

/**
 * ssh2 1.17 writes an unreadable key if the public half begins with a zero byte, which happens for
 * one key in 256; such a key is discarded.
 */
function generatePrivateKey(comment: string): string {
  for (;;) {
    const { private: privateKey } = ssh2.utils.generateKeyPairSync('ed25519', { comment });
    if (!(ssh2.utils.parseKey(privateKey) instanceof Error)) return privateKey;
  }
}

function publicKeyOf(privateKey: string, path: string): string {
  const key = ssh2.utils.parseKey(privateKey);
  if (key instanceof Error) {
    throw new HostError('internal', `${path} isn't a valid SSH private key`, {
      hint: 'Stop the VM and delete the file. The next start creates a new key.',
      cause: key,
    });
  }
  return `${key.type} ${key.getPublicSSH().toString('base64')}`;
}

/** The binary form of a public key, as sent over the wire. */
export function publicKeyBlob(publicKey: string): Buffer {
  return Buffer.from(publicKey.split(' ')[1] ?? '', 'base64');
}
