#!/bin/sh
# How every function answers: lines "KEY VALUE" on stdout, and an exit code with one meaning.
# Arguments: none, this file only defines functions; each runs in a subshell of its own.
# Output: none
# Exit: the codes are listed in ../README.rst

# Programs and records that tests, or an odd server, may need to replace.
PROC=${VT_PROC:-/proc}
SHELL_PROGRAM=${VT_SHELL:-/bin/sh}
LEASE_SECONDS=${VT_LEASE_SECONDS:-900}
TRASH_SECONDS=900
LOST_SECONDS=${VT_LOST_SECONDS:-60}
LOST_POLLS=${VT_LOST_POLLS:-3}
KILL_SECONDS=${VT_KILL_SECONDS:-5}
BEAT_SECONDS=${VT_BEAT_SECONDS:-900}
NEWLINE='
'
LOOK_CLOSELY=yes
QUEUE_READ_ONLY=no
QUEUE_ENTER=enter_queue_to_write
KILL_MARKED_ONLY=no
OWN_GROUP=''

# Ends the request: the exit code, then the words of one line of data.
fail() {
    fail_code=$1
    shift
    [ "$#" -eq 0 ] || printf '%s\n' "$*"
    exit "$fail_code"
}

# Only the server's clock counts; read once per request.
read_clock() {
    NOW=$(date +%s)
}

# set_number TEXT DEFAULT: NUMBER is TEXT when that is a plain number. What stands in a file must
# not reach the shell's arithmetic unchecked: bash would run the commands in it.
set_number() {
    case $1 in
        0) NUMBER=0 ;;
        '' | *[!0123456789]* | 0* | ????????????????*) NUMBER=$2 ;;
        *) NUMBER=$1 ;;
    esac
}

# make_file PATH: an empty file, or 1. Not with ":", whose failing redirection ends the shell.
make_file() {
    printf '' 2>/dev/null >"$1"
}

# A client names its nonce; the commands that old clients run have to make one.
make_nonce() {
    NONCE=$(od -An -N12 -tx1 /dev/urandom 2>/dev/null | tr -d ' \n') || NONCE=
    [ -n "$NONCE" ] || NONCE=$(printf '%014d%010d' "$(date +%s)" "$$")
}

# rename_to PATH PLACE: 1 when something is there. An mv without -T would move into a directory.
rename_to() {
    mv -T -- "$1" "$2" 2>/dev/null || { [ ! -e "$2" ] && mv -- "$1" "$2" 2>/dev/null; }
}
