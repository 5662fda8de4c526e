#!/bin/sh
# Stopping all processes of a job: its group, or parents and children where it has no group.
# Arguments: none; reads S_PID S_PID_START S_GROUP as look_at_job left them
# Output: none
# Exit: stop_default returns 1 when some process is still there

stop_default() {
    collect_processes
    [ -n "$JOB_PROCESSES" ] || return 0
    signal_processes TERM
    wait_for_processes && return 0
    signal_processes KILL
    wait_for_processes
}

# has_processes: anything of it left, even when its wrapper is gone.
has_processes() {
    collect_processes
    [ -n "$JOB_PROCESSES" ]
}

# collect_processes: JOB_PROCESSES becomes "PID:START ..." without zombies. A pid that is in use
# by another process cannot name our group any more: the kernel keeps it as long as one is left.
collect_processes() {
    JOB_PROCESSES=''
    [ -n "$S_PID" ] || return 0
    if read_process "$S_PID" && [ "$P_START" != "$S_PID_START" ]; then return 0; fi
    list_pids
    if [ "$S_GROUP" = "$S_PID" ]; then
        # shellcheck disable=SC2086  # numbers
        collect_group $ALL_PIDS
    elif is_process "$S_PID" "$S_PID_START"; then
        JOB_PROCESSES=$S_PID:$S_PID_START
        collect_children "$S_PID"
    fi
}

list_pids() {
    ALL_PIDS=''
    for kill_path in "$PROC"/[0123456789]*; do
        [ -d "$kill_path" ] && ALL_PIDS="$ALL_PIDS ${kill_path##*/}" || :
    done
    [ -n "$ALL_PIDS" ] || ALL_PIDS=$(ps -A -o pid= 2>/dev/null) || :
}

collect_group() {
    for kill_pid in "$@"; do
        read_process "$kill_pid" && [ "$P_GROUP" = "$S_GROUP" ] || continue
        case $P_STATE in Z* | X*) continue ;; esac
        JOB_PROCESSES="$JOB_PROCESSES $kill_pid:$P_START"
    done
}

# collect_children PID: its arguments are of this call, so it may call itself.
collect_children() {
    set -- "$1" "$(print_children "$1")"
    for kill_entry in $2; do
        JOB_PROCESSES="$JOB_PROCESSES $kill_entry"
    done
    for kill_entry in $2; do
        JOB_PROCESSES="$JOB_PROCESSES $(
            JOB_PROCESSES=''
            collect_children "${kill_entry%%:*}"
            printf '%s' "$JOB_PROCESSES"
        )"
    done
}

print_children() {
    for kill_pid in $ALL_PIDS; do
        read_process "$kill_pid" && [ "$P_PARENT" = "$1" ] || continue
        printf '%s:%s\n' "$kill_pid" "$P_START"
    done
}

# signal_processes NAME: the group at once, so that none forks away; else one after the other.
signal_processes() {
    if [ "$S_GROUP" = "$S_PID" ]; then
        [ "$S_GROUP" -gt 1 ] && kill -s "$1" -- "-$S_GROUP" 2>/dev/null || :
        return 0
    fi
    for kill_entry in $JOB_PROCESSES; do
        is_process "${kill_entry%%:*}" "${kill_entry#*:}" || continue
        kill -s "$1" "${kill_entry%%:*}" 2>/dev/null || :
    done
}

# wait_for_processes: 1 when some are left after the time that a job has to end.
wait_for_processes() {
    wait_end=$(($(date +%s) + KILL_SECONDS))
    while still_runs; do
        [ "$(date +%s)" -le "$wait_end" ] || return 1
        sleep 0.05 2>/dev/null || sleep 1
    done
}

still_runs() {
    if [ "$S_GROUP" = "$S_PID" ]; then
        has_processes
        return
    fi
    for kill_entry in $JOB_PROCESSES; do
        if is_process "${kill_entry%%:*}" "${kill_entry#*:}"; then return 0; fi
    done
    return 1
}
