#!/bin/sh
# Whether a plain process that was started still runs.
# Arguments: none; reads the variables of read_start_records
# Output: S_STATE, S_REASON and, when it just ended, what look_at_ended sets
# Exit: none

# S_SEEN is "here" when the process may be judged, and signalled, from this machine.
judge_default() {
    S_STATE=RUNNING S_SEEN=here
    if ! is_this_machine; then
        judge_elsewhere
    elif is_another_boot "$S_BOOT"; then
        S_STATE=LOST S_REASON=rebooted
    elif is_process "$S_PID" "$S_PID_START"; then
        absolve "$S_ATTEMPT_DIRECTORY"
    else
        judge_default_gone
    fi
}

# judge_elsewhere: a pid of another login node says nothing here, neither does its absence; its
# wrapper's signs of life do. One that heeds no request to end either is given up.
judge_elsewhere() {
    S_SEEN=elsewhere S_REASON=elsewhere judge_beat=''
    { read -r judge_beat judge_rest || :; } 2>/dev/null <"$S_ATTEMPT_DIRECTORY/beat" || :
    set_number "$S_STARTED" 0
    judge_started=$NUMBER
    set_number "$judge_beat" "$judge_started"
    if [ "$((NOW - NUMBER))" -le "$BEAT_SECONDS" ]; then
        S_REASON=-
    elif [ -e "$S_ATTEMPT_DIRECTORY/cancel" ] &&
        [ "$((NOW - $(file_time "$S_ATTEMPT_DIRECTORY/cancel")))" -gt "$BEAT_SECONDS" ]; then
        S_STATE=LOST S_REASON=lost S_PID=''
    fi
}

is_this_machine() {
    [ "$S_BOOT" = "$HERE_BOOT" ] && [ "$S_BOOT" != - ] || [ "$S_HOST" = "$HERE_HOST" ]
}

# is_another_boot ID: where it could not be read, now or then, nothing is known of a new start.
is_another_boot() {
    case $1 in '' | -) return 1 ;; esac
    [ "$HERE_BOOT" != - ] && [ -n "$HERE_BOOT" ] && [ "$1" != "$HERE_BOOT" ]
}

# It may have ended between the two looks, and a network disk may show the exit late.
judge_default_gone() {
    find_exit
    case $S_EXIT in
        '*' | pending) S_EXIT=- && suspect "$S_ATTEMPT_DIRECTORY" ;;
        *) look_at_ended ;;
    esac
}
