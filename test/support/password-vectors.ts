import { readFileSync } from 'node:fs'

interface Vector {
  /** The library that made the hash, with its version. */
  library: string
  scheme: string
  password: string
  /** Other passwords that the library itself treats as equal. */
  also: string[]
  hash: string
}

/** Hashes by the real libraries, made by make-hashes.py and make-hashes-again.py in ../passwords/fixtures. */
export const vectors: Vector[] = JSON.parse(
  readFileSync(new URL('../passwords/fixtures/password-hashes.json', import.meta.url), 'utf8'),
)

const signerKey = 'jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA=='

/** Firebase's published example (https://github.com/firebase/scrypt), in the format that an import reads. */
export const firebaseExample = {
  signerKey,
  /** The parameters that the Firebase console displays. */
  parameters: `hash_config {
  algorithm: SCRYPT,
  base64_signer_key: ${signerKey},
  base64_salt_separator: Bw==,
  rounds: 8,
  mem_cost: 14,
}`,
  hash:
    'firebase$42xEC+ixf3L2lw==$' +
    'lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==',
  password: 'user1password',
}
