#!/bin/sh
# Part of the tej 0.2 layout; the functions live in ../../vt/runtime-*/library.sh.
# Arguments: none
# Output: none
# Exit: none
set -eu
