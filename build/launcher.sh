#!/bin/sh
# The `berth` command. In a checkout it is `dist/berth`, in the packaged app `bin/berth`.
here=$(dirname "$(readlink -f "$0")")
cli=$here/cli
[ -d "$cli" ] || cli=$here/../cli
node=$here/../node_modules/.bin/node
[ -x "$node" ] || node=$here/../node/node
[ -x "$node" ] || node=node
exec "$node" "$cli/berth.mjs" "$@"
