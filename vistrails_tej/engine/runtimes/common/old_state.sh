#!/bin/sh
# States of jobs that a tej 0.6 runtime started: one status file, rewritten in place.
# Arguments: JOB directory, with jobs/ as current directory
# Output: the variables of state.sh
# Exit: none

look_at_old_status() {
    read_old_status "$1"
    # Read in the middle of a rewrite it is empty; the second reading finds what was written.
    [ -n "$old_word" ] || read_old_status "$1"
    case $old_word in
        created)
            look_time=$(file_time "$1/status")
            set_upload_state UPLOADING INCOMPLETE
            ;;
        submitted) S_STATE=QUEUED S_ATTEMPT=1 S_SUBMITTED=${old_third:--} ;;
        started) S_STATE=RUNNING S_ATTEMPT=1 ;;
        running) judge_old_process "$1" ;;
        finished) set_old_exit ;;
        *) S_ATTEMPT=1 && suspect_old "$1" ;;
    esac
}

read_old_status() {
    old_word='' old_second='' old_third='' old_fourth='' old_fifth=''
    { read -r old_word && read -r old_second && read -r old_third && read -r old_fourth &&
        read -r old_fifth || :; } 2>/dev/null <"$1/status" || :
}

set_old_exit() {
    S_STATE=EXITED S_ATTEMPT=1 S_STARTED=${old_third:--}
    S_ENDED=${old_fifth:-${old_fourth:--}}
    case $old_second in
        '' | *[!0123456789]*) S_REASON=failed ;;
        0) S_EXIT=0 S_REASON=ok ;;
        *) S_EXIT=$old_second S_REASON=failed ;;
    esac
}

# judge_old_process JOB: a pid and a time by the clock are all there is. A process of that pid
# counts when it began within minutes of that time, for the clock may have been set since.
judge_old_process() {
    S_STATE=RUNNING S_ATTEMPT=1 S_STARTED=${old_third:--}
    S_PID=$old_second
    set_number "$old_third" "$NOW"
    old_third=$NUMBER
    old_uptime=''
    { read -r old_uptime old_rest || :; } 2>/dev/null <"$PROC/uptime" || :
    old_uptime=${old_uptime%%.*}
    if [ -n "$old_uptime" ] && [ "$old_third" -lt "$((NOW - old_uptime - 600))" ]; then
        S_STATE=LOST S_REASON=rebooted
        return 0
    fi
    if read_process "$old_second" && is_process "$old_second" "$P_START"; then
        S_PID_START=$P_START S_GROUP=$P_GROUP
        [ -n "$old_uptime" ] || return 0
        # The kernel counts in hundredths of a second since the start of the machine.
        old_gap=$((NOW - old_uptime + P_START / 100 - old_third))
        if [ "${old_gap#-}" -le 600 ]; then
            absolve "$1/.vt"
            return 0
        fi
    fi
    S_PID='' S_GROUP=''
    read_old_status "$1"
    if [ "$old_word" = finished ]; then set_old_exit; else suspect_old "$1"; fi
}

# suspect_old JOB: our marks go into a directory of their own; the old files stay as they are.
suspect_old() {
    [ -d "$1/.vt" ] || mkdir -- "$1/.vt" 2>/dev/null || :
    suspect "$1/.vt"
}
