#!/bin/sh
# Whether a plain process that was started still runs.
# Arguments: none; reads the variables of read_start_records
# Output: S_STATE, S_REASON and, when it just ended, what look_at_ended sets
# Exit: none

# S_SEEN is "here" when the process may be judged, and signalled, from this machine.
judge_default() {
    S_STATE=RUNNING S_SEEN=here
    if ! is_this_machine; then
        # A pid of another login node says nothing here; neither does its absence.
        S_SEEN=elsewhere S_REASON=elsewhere
    elif [ "$S_BOOT" != "$HERE_BOOT" ]; then
        S_STATE=LOST S_REASON=rebooted
    elif is_process "$S_PID" "$S_PID_START"; then
        absolve "$S_ATTEMPT_DIRECTORY"
    else
        judge_default_gone
    fi
}

is_this_machine() {
    [ "$S_BOOT" = "$HERE_BOOT" ] && [ "$S_BOOT" != - ] || [ "$S_HOST" = "$HERE_HOST" ]
}

# It may have ended between the two looks, and a network disk may show the exit late.
judge_default_gone() {
    find_exit
    case $S_EXIT in
        '*' | pending) S_EXIT=- && suspect "$S_ATTEMPT_DIRECTORY" ;;
        *) look_at_ended ;;
    esac
}
