#!/bin/sh
# One command of the tej 0.2 contract; the name of this file says which.
# Arguments: those of the command, see ../README.rst
# Output: see ../README.rst
# Exit: see ../README.rst
set -eu
queue=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
read -r current <"$queue/vt/current"
# shellcheck source=/dev/null
. "$queue/vt/$current/library.sh"
legacy_command "$queue" "${0##*/}" "$@"
