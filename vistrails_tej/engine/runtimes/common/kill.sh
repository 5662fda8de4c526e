#!/bin/sh
# Ending a job on request: marked first, so that it cannot start any more; then its processes.
# Arguments: PATH ID
# Output: as job_status, what it is afterwards; a job that had ended stays as it was
# Exit: 3 no such job, 15 runtime

job_kill() {
    check_id "$2"
    enter_queue_to_write "$1"
    check_runtime
    kill_job "$2"
    print_one_job "$2"
}

# kill_job ID: with jobs/ as current directory.
kill_job() {
    read_clock
    read_host
    look_at_job "$1" || fail 3
    case $S_STATE in
        SUBMITTING | RUNNING | CANCELLING | SUSPECT | LOST) ;;
        EXITED | PURGED)
            stop_left_behind
            return 0
            ;;
        *) return 0 ;;
    esac
    if [ ! -d "./$1/.vt/attempt-1" ]; then
        kill_old_job "$1"
        return 0
    fi
    check_owner "$S_ATTEMPT_DIRECTORY"
    make_file "$S_ATTEMPT_DIRECTORY/cancel" || :
    wait_until has_started || :
    # The wrapper on the other machine, if it is alive, finds the mark; we cannot see it.
    [ "$S_SEEN" = here ] || return 0
    stop_default || return 0
    finish_killed "$1"
    stop_left_behind
}

# wait_until COMMAND: 1 when it fails for all the time that a job has to end.
wait_until() {
    wait_end=$(($(date +%s) + KILL_SECONDS))
    until "$1"; do
        [ "$(date +%s)" -le "$wait_end" ] || return 1
        sleep 0.05 2>/dev/null || sleep 1
    done
}

# has_started: a wrapper that is about to start either sees our mark, or we see its record.
has_started() {
    read_start_records
    if [ -n "$S_PID" ] || [ "$S_STATE" = LOST ]; then return 0; fi
    find_exit
    [ "$S_EXIT" != pending ]
}

# stop_left_behind: what the attempts of a job that ended put into the background, and nothing
# else. In a subshell, for it reads the records of every attempt.
stop_left_behind() {
    (stop_attempts) || :
}

stop_attempts() {
    KILL_MARKED_ONLY=yes
    while [ "$S_ATTEMPT" -gt 0 ]; do
        S_ATTEMPT_DIRECTORY=$look_records/attempt-$S_ATTEMPT
        stop_attempt
        S_ATTEMPT=$((S_ATTEMPT - 1))
    done
}

stop_attempt() {
    [ -f "$S_ATTEMPT_DIRECTORY/started" ] || return 0
    read_start_records
    if is_this_machine && [ "$S_BOOT" = "$HERE_BOOT" ]; then
        S_GROUP=''
        stop_default || :
    fi
}

# finish_killed ID: what the wrapper would have written, had it lived.
finish_killed() {
    if mv -- "$S_ATTEMPT_DIRECTORY/exit.pending" "$S_ATTEMPT_DIRECTORY/exit.killed" 2>/dev/null
    then
        read_clock
        write_file "$S_ATTEMPT_DIRECTORY/acct" \
            "$NOW $S_STARTED $S_SUBMITTED$NEWLINE$S_HOST $S_OWNER ${S_NONCE:--}" || :
        case $S_STARTED in -) S_STARTED=$NOW ;; esac
        write_file "./$1/status" "finished${NEWLINE}143$NEWLINE$S_STARTED$NEWLINE$NOW" || :
    fi
}

write_file() {
    printf '%s\n' "$2" >"$1.new.$$" && mv -f -- "$1.new.$$" "$1"
}

# kill_old_job ID: one started by tej 0.6, whose own wrapper may or may not write its end.
kill_old_job() {
    check_owner "./$1"
    if [ -n "$S_PID" ]; then
        S_GROUP=''
        stop_default || return 0
    fi
    read_old_status "./$1"
    [ "$old_word" != finished ] || return 0
    read_clock
    write_file "./$1/status" "finished${NEWLINE}143$NEWLINE${old_third:-$NOW}$NEWLINE$NOW" || fail 18
}
