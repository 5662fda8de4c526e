#!/bin/sh
# One run of a job: everything it needs is written before anything is started.
# Arguments: ID NUMBER OWNER NONCE, with jobs/ as current directory
# Output: none
# Exit: 1 when it could not be made

# make_attempt: 4 when somebody else made it. exit.pending comes before the start and is only
# renamed afterwards, which works on a full disk and happens once.
make_attempt() {
    make_directory=./$1/.vt/attempt-$2
    if ! mkdir -- "$make_directory" 2>/dev/null; then
        [ ! -d "$make_directory" ] || answer_job "$1" 4 || fail 22
        mkdir -- "$make_directory" || return 1
    fi
    read_host
    # Made now, they say later at one look that the files were not purged.
    make_file "./$1/stage/_stdout" && make_file "./$1/stage/_stderr" || :
    share_job "$1"
    printf '%s\n' "$VT_WRAP" >"$make_directory/wrap.sh" || return 1
    printf '%s\n' pending >"$make_directory/exit.pending" || return 1
    printf '%s %s %s %s %s\n' "$NOW" "$HERE_HOST" "$HERE_BOOT" "$3" "$4" \
        >"$make_directory/intent" || return 1
    # Old clients read this file; what it says of the attempt before is not true any more.
    [ "$2" -eq 1 ] || write_file "./$1/status" "created$NEWLINE$NEWLINE$NOW$NEWLINE" || :
}
