#!/bin/sh
# Starting a plain process that outlives the connection.
# Arguments: ID NUMBER KIND TEXT, with jobs/ as current directory
# Output: none; the wrapper records what becomes of it
# Exit: 1 when the stage directory is gone

start_default() {
    (
        # By where we are, and not by the name that this had: a clean-up may have the queue in hand.
        cd -P -- "./$1/stage" || exit 1
        trap '' HUP
        # A job that starts another one does not end it with itself.
        unset VT_JOB_MARK
        # An open descriptor of ours would keep the connection open as long as the job runs.
        exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
        start_in_session "$SHELL_PROGRAM" "../.vt/attempt-$2/wrap.sh" "$2" "$3" "$4" \
            </dev/null >/dev/null 2>&1 &
    )
}

# A session of its own makes one group of all its processes, so that a kill reaches each of them.
# Without any of these programs the job stays in our group; kill then follows parents to children.
start_in_session() {
    if command -v setsid >/dev/null 2>&1; then
        exec setsid "$@"
    elif command -v perl >/dev/null 2>&1; then
        exec perl -e 'use POSIX; POSIX::setsid(); exec @ARGV' "$@"
    fi
    exec "$@"
}
