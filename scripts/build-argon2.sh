#!/usr/bin/env bash
# Builds argon2 from source for this processor: npm run build:argon2
# The prebuilt binary of the package runs on every processor, so it uses only the instructions that all of them have.
# ARGON2_MARCH selects another value of -march, such as x86-64-v3 for an image that runs on other machines.
# If anything fails, the previous binary is kept.
set -euo pipefail
cd "$(dirname "$0")/.."
march="${ARGON2_MARCH:-native}"
package=node_modules/argon2

stop () {
  echo "argon2 was not built, the previous binary is kept: $1" >&2
  exit 1
}

[ -d "$package" ] || stop 'it is not installed. Run npm ci first.'
for tool in "${CC:-cc}" "${CXX:-c++}" make python3; do
  command -v "$tool" > /dev/null ||
    stop "there is no $tool. It takes a C++ compiler, make and Python; on Debian: apt-get install g++ make python3"
done

former="$(mktemp -d "$package/former-XXXXXX")"
[ ! -d "$package/build" ] || mv "$package/build" "$former"
put_back () {
  rm -rf "$package/build"
  [ ! -d "$former/build" ] || mv "$former/build" "$package"
  rm -rf "$former"
}
trap put_back EXIT

export CFLAGS="-O3 -march=$march" CXXFLAGS="-O3 -march=$march" npm_config_build_from_source=true
if ! npm rebuild argon2 --foreground-scripts > "$former/log" 2>&1; then
  cat "$former/log" >&2
  stop "it does not compile for $march. What the compiler says stands above."
fi

# Fails if the build uses an instruction that this processor does not have.
try="const argon2 = require('argon2')
argon2.hash('a').then((hash) => argon2.verify(hash, 'a')).then((isRight) => process.exit(isRight ? 0 : 1))"
node --eval "$try" || stop "what was built for $march does not run here."

# A running service reads this file: src/passwords/argon2-build.ts
echo "$march" > "$package/build/march"
rm -rf "$former"
trap - EXIT
echo "argon2 is built for $march."
