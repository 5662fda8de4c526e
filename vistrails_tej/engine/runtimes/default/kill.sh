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
    wait_until has_ended && return 0
    signal_processes KILL
    wait_until has_ended
}

# has_processes: anything of it left, even when its wrapper is gone.
has_processes() {
    collect_processes
    [ -n "$JOB_PROCESSES$JOB_ESCAPED" ]
}

# collect_processes: JOB_PROCESSES, our group, and JOB_ESCAPED, what else carries the mark, become
# "PID:START ..." without zombies.
collect_processes() {
    JOB_PROCESSES='' JOB_ESCAPED='' JOB_MARKED='' MARK_GROUPS=' '
    [ -n "$S_PID" ] || return 0
    collect_marked
    [ "$KILL_MARKED_ONLY" = yes ] || collect_relatives
    for kill_entry in $JOB_MARKED; do
        case " $JOB_PROCESSES " in *" $kill_entry "*) continue ;; esac
        JOB_ESCAPED="$JOB_ESCAPED $kill_entry"
    done
}

collect_relatives() {
    list_pids
    if [ "$S_GROUP" = "$S_PID" ]; then
        # shellcheck disable=SC2086  # numbers
        ! owns_group || collect_group $ALL_PIDS
    elif is_process "$S_PID" "$S_PID_START"; then
        JOB_PROCESSES=$S_PID:$S_PID_START
        collect_children "$S_PID"
    fi
}

# owns_group: the kernel gives the number to somebody else once none of ours is left, and theirs it
# stays when their leader ends too. So a group without our leader is ours if one of it is marked;
# or if it was ours a moment ago, for the leader may be the first to go.
owns_group() {
    if read_process "$S_PID"; then
        [ "$P_START" = "$S_PID_START" ] || return 1
    else
        case "$MARK_GROUPS$OWN_GROUP " in *" $S_GROUP "*) ;; *) return 1 ;; esac
    fi
    OWN_GROUP=$S_GROUP
}

# collect_marked: children inherit the mark of the attempt in their environment; JOB_MARKED are
# those that have it, MARK_GROUPS the groups that they are in.
collect_marked() {
    [ -n "$S_BOOT" ] || return 0
    for mark_pid in $(print_marked "VT_JOB_MARK=$S_BOOT.$S_PID.$S_PID_START."); do
        read_process "$mark_pid" || continue
        case $P_STATE in Z* | X*) continue ;; esac
        MARK_GROUPS="$MARK_GROUPS$P_GROUP "
        JOB_MARKED="$JOB_MARKED $mark_pid:$P_START"
    done
}

# print_marked TEXT: pids; one may read the environments of one's own processes.
print_marked() {
    if [ ! -r "$PROC/self/environ" ]; then
        ps axeww -o pid= -o command= 2>/dev/null | while read -r mark_pid mark_words; do
            case $mark_words in *"$1"*) printf '%s\n' "$mark_pid" ;; esac
        done
    elif command -v grep >/dev/null 2>&1; then
        grep_environments "$1" |
            while read -r mark_line; do
                mark_line=${mark_line%/environ}
                printf '%s\n' "${mark_line##*/}"
            done
    fi
}

# grep_environments TEXT: files; some grep programs read a line up to its first NUL only.
grep_environments() {
    if printf 'a\0b\n' | grep -qF -e b; then
        grep -lsF -e "$1" "$PROC"/[0123456789]*/environ 2>/dev/null
        return
    fi
    for mark_file in "$PROC"/[0123456789]*/environ; do
        [ -r "$mark_file" ] || continue
        # Gone since, perhaps.
        { tr '\0' '\n' <"$mark_file" | grep -qF -e "$1" && printf '%s\n' "$mark_file"; } 2>/dev/null || :
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

has_ended() {
    if [ "$S_GROUP" = "$S_PID" ] || [ "$KILL_MARKED_ONLY" = yes ]; then
        ! has_processes
        return
    fi
    for kill_entry in $JOB_PROCESSES $JOB_ESCAPED; do
        if is_process "${kill_entry%%:*}" "${kill_entry#*:}"; then return 1; fi
    done
}
