#!/usr/bin/env bash
# Runs the whole test suite on another Node, in a copy of the working tree: npm run test:node -- 24
# Node comes from the npm package `node`, with the headers for native modules.
set -euo pipefail
cd "$(dirname "$0")/.."
major="${1:?Which Node? For example: npm run test:node -- 24}"

place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT
chmod 711 "$place"

mkdir "$place/node" "$place/latchkey"
npm install --silent --no-save --prefix "$place/node" "node@$major"
git ls-files --cached --others --exclude-standard -z | xargs -0 cp --parents -t "$place/latchkey"

export PATH="$place/node/node_modules/node/bin:$PATH"
headers="$(find "$place/node" -name node_object_wrap.h)"
# Since 24.19, this header makes better-sqlite3 12 abort when a statement is garbage-collected while no JavaScript runs.
# Its prebuilt binaries are not affected, because they are compiled against an earlier header.
sed -i -E 's/^ +(Add|Remove)CleanupHook\(\);$//' "$headers"
export npm_config_nodedir="${headers%/include/node/node_object_wrap.h}"
cd "$place/latchkey"
echo "Node $(node --version)"
npm ci
npm test
