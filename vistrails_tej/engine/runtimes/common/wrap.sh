#!/bin/sh
# Runs one attempt of a job and records its start and its end; process.sh and watch.sh are put
# before it.
# Arguments: NUMBER of the attempt, KIND (script or command), TEXT; started in the stage directory
# Output: files: ../.vt/attempt-N/{started,beat,acct,exit.*}, ../status, and _stdout, _stderr here
# Exit: that of the job

set -eu
# The paths are relative, so they stay right when the job's directory is renamed.
attempt=../.vt/attempt-$1
kind=$2
text=$3
# shellcheck disable=SC2034  # process.sh reads it
PROC=${VT_PROC:-/proc}
job=''
watch=''
code=0
told=''

# write_record FILE TEXT: beside it, then renamed; 1 on a full disk.
write_record() {
    printf '%s\n' "$2" >"$1.new" && mv -f -- "$1.new" "$1"
}

# write_end WORD: 1 when somebody else, a kill, has written it. The rename has the last word, and
# nothing is written behind it: who sees the end may take the whole directory away.
write_end() {
    [ -e "$attempt/exit.pending" ] || return 1
    ended=$(date +%s) || ended=-
    submitted=- owner=- nonce=- rest=''
    read -r submitted rest rest owner nonce rest <"$attempt/intent" || :
    write_record "$attempt/acct" "$ended $began ${submitted:--}
$HERE_HOST ${owner:--} ${nonce:--}" || :
    write_record ../status "finished
$code
$began
$ended" || :
    mv -- "$attempt/exit.pending" "$attempt/exit.$1" 2>/dev/null
}

end_watch() {
    [ -z "$watch" ] || kill "$watch" 2>/dev/null || :
}

# A watch that just begins may miss the first signal: a shell forgets what came before it has set
# its traps. It does not write for a while then, and by the second one it listens.
record_exit() {
    end_watch
    [ "$1" != killed ] || code=143
    write_end "$1" || code=0
    end_watch
    exit "$code"
}

# Told to end, from whatever side: pass it on to all of the job, and stay to record its end.
# shellcheck disable=SC2317  # called by the trap
pass_on() {
    told=yes
    trap '' TERM
    if [ "$group" = "$$" ]; then
        kill -s TERM 0
    elif [ -n "$job" ]; then
        kill -s TERM "$job"
    fi
}

# The mark is how those are found that leave the group.
run_job() {
    VT_JOB_MARK=$HERE_BOOT.$$.$own_start.
    export VT_JOB_MARK
    if [ "$kind" = script ]; then
        # The exec of bash puts the name of this directory before it, which a clean-up may have changed.
        case ${BASH_VERSION:+bash}$text in
            *=*) ;;
            bash*) [ -z "${BASH_VERSION:-}" ] || exec env "./$text" </dev/null >_stdout 2>_stderr ;;
        esac
        exec "./$text" </dev/null >_stdout 2>_stderr
    else
        exec /bin/sh -c "$text" </dev/null >_stdout 2>_stderr
    fi
}

wait_for_job() {
    code=0
    wait "$job" || code=$?
    if [ "$code" -eq 143 ] && [ -n "$told" ]; then
        # The signal ended the wait, perhaps not the job; 127 says that it had ended too.
        code=0
        wait "$job" || code=$?
        [ "$code" -ne 127 ] || code=143
    fi
}

trap '' HUP
read_host
read_process "$$" || P_START=- P_GROUP=$$
group=$P_GROUP own_start=$P_START
trap pass_on TERM
began=$(date +%s)
if ! write_record "$attempt/started" "$HERE_HOST $HERE_BOOT $$ $P_START $group $began"; then
    # A job that nobody could follow or stop must not run.
    code=126
    record_exit 126
fi
write_record ../status "running
$$
$began
" || :
if [ -e "$attempt/cancel" ] || [ -n "$told" ]; then record_exit killed; fi
(run_job) &
job=$!
(keep_watch) >/dev/null 2>&1 &
watch=$!
wait_for_job
if [ -e "$attempt/cancel" ]; then record_exit killed; fi
record_exit "$code"
