#!/bin/sh
# The `berth` command of a checkout.
here=$(dirname "$(readlink -f "$0")")
node=$here/../node_modules/.bin/node
[ -x "$node" ] || node=node
exec "$node" "$here/cli/berth.mjs" "$@"
