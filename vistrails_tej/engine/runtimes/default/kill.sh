#!/bin/sh
# Stopping all processes of a job: its group, those that left it and still carry its mark, or
# parents and children where it has no group.
# Arguments: none; reads S_PID S_PID_START S_BOOT S_GROUP as look_at_job left them
# Output: none
# Exit: stop_default returns 1 when some process is still there

stop_default() {
    collect_processes
    [ -n "$JOB_PROCESSES$JOB_ESCAPED" ] || return 0
    signal_processes TERM
    wait_for_processes && return 0
    signal_processes KILL
    wait_for_processes
}

# has_processes: anything of it left, even when its wrapper is gone.
has_processes() {
    collect_processes
    [ -n "$JOB_PROCESSES$JOB_ESCAPED" ]
}

# collect_processes: JOB_PROCESSES and JOB_ESCAPED become "PID:START ..." without zombies. A pid
# that is in use by another process cannot name our group any more: the kernel keeps it as long
# as one is left.
collect_processes() {
    JOB_PROCESSES='' JOB_ESCAPED=''
    [ -n "$S_PID" ] || return 0
    [ "$KILL_MARKED_ONLY" = yes ] || collect_relatives
    collect_marked
}

collect_relatives() {
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

# collect_marked: what else carries the mark of the attempt in its environment, as children do.
# Environments can be read in /proc only, and only those of one's own.
collect_marked() {
    [ -n "$S_BOOT" ] && [ -r "$PROC/self/environ" ] || return 0
    command -v grep >/dev/null 2>&1 || return 0
    mark_text=VT_JOB_MARK=$S_BOOT.$S_PID.$S_PID_START.
    # shellcheck disable=SC2013  # these are names in /proc, which hold no blanks
    for mark_path in $(grep -lsF -e "$mark_text" "$PROC"/[0123456789]*/environ 2>/dev/null); do
        mark_pid=${mark_path%/environ}
        mark_pid=${mark_pid##*/}
        read_process "$mark_pid" || continue
        case $P_STATE in Z* | X*) continue ;; esac
        case " $JOB_PROCESSES " in *" $mark_pid:$P_START "*) continue ;; esac
        JOB_ESCAPED="$JOB_ESCAPED $mark_pid:$P_START"
    done
}

list_pids() {
    ALL_PIDS=''
    for kill_path in "$PROC"/[0123456789]*; do
        [ -d "$kill_path" ] && ALL_PIDS="$ALL_PIDS ${kill_path##*/}" || :
    done
    [ -n "$ALL_PIDS" ] || ALL_PIDS=$(ps -A -o pid= 2>/dev/null) || :
    [ -n "$ALL_PIDS" ] || ALL_PIDS=$S_PID
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

# signal_processes NAME: the group at once, so that none forks away; others one after the other.
signal_processes() {
    if [ "$S_GROUP" = "$S_PID" ]; then
        # Nobody else's group: it is empty once the pid of its leader is in use again.
        [ -z "$JOB_PROCESSES" ] || [ "$S_GROUP" -le 1 ] ||
            kill -s "$1" -- "-$S_GROUP" 2>/dev/null || :
        signal_each "$1" "$JOB_ESCAPED"
    else
        signal_each "$1" "$JOB_PROCESSES $JOB_ESCAPED"
    fi
}

# signal_each NAME "PID:START ..."
signal_each() {
    for kill_entry in $2; do
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
    if [ "$S_GROUP" = "$S_PID" ] || [ "$KILL_MARKED_ONLY" = yes ]; then
        has_processes
        return
    fi
    for kill_entry in $JOB_PROCESSES $JOB_ESCAPED; do
        if is_process "${kill_entry%%:*}" "${kill_entry#*:}"; then return 0; fi
    done
    return 1
}
