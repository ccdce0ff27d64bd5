import { readFileSync } from 'node:fs'

interface Vector {
  /** What made it, with its version. */
  library: string
  scheme: string
  password: string
  /** Others that the library itself took for the same. */
  also: string[]
  hash: string
}

/** Hashes by the real libraries; make-hashes.py and make-hashes-again.py in ../passwords/fixtures made them. */
export const vectors: Vector[] = JSON.parse(
  readFileSync(new URL('../passwords/fixtures/password-hashes.json', import.meta.url), 'utf8'),
)

const signerKey = 'jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA=='

/** The published example of Firebase (https://github.com/firebase/scrypt), in the form that an import reads. */
export const firebaseExample = {
  signerKey,
  /** As the Firebase console shows them. */
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
