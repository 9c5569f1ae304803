#!/bin/sh
# The `berth` command: of a checkout as `dist/berth`, of the app as `bin/berth` in its resources.
here=$(dirname "$(readlink -f "$0")")
cli=$here/cli
[ -d "$cli" ] || cli=$here/../cli
node=$here/../node_modules/.bin/node
[ -x "$node" ] || node=$here/../node/node
[ -x "$node" ] || node=node
exec "$node" "$cli/berth.mjs" "$@"
