/**
 * Normalizes a typed code. It removes spaces and hyphens, since codes are shown in groups, and converts the digits of
 * any script.
 */
export function normalizeCode(typed: string): string {
  return typed
    .normalize('NFKC')
    .replace(/[\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Pd}]/gu, '')
    .replace(/\p{Nd}/gu, (digit) => String(valueOfDigit(digit.codePointAt(0) ?? 0)))
}

/** The ten digits of each script are consecutive code points (Unicode 4.6). */
function valueOfDigit(codePoint: number): number {
  let zero = codePoint
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1
  return (codePoint - zero) % 10
}
