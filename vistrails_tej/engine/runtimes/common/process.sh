#!/bin/sh
# Who a process is, from /proc, or from ps where there is none; part of every wrapper too.
# Arguments: none, this file only defines functions
# Output: variables P_STATE P_PARENT P_GROUP P_START (of a process), HERE_HOST HERE_BOOT
# Exit: none

# read_process PID: 1 when there is none. P_START tells two processes of one pid apart.
read_process() {
    if [ -r "$PROC/self/stat" ]; then
        P_LINE=
        { read -r P_LINE || :; } 2>/dev/null <"$PROC/$1/stat" || return 1
        # The name of the program comes first, in parentheses, and may hold anything.
        P_LINE=${P_LINE##*') '}
    else
        P_LINE=$(print_process "$1") || P_LINE=
        if [ -z "$P_LINE" ]; then
            # No ps either: that it is there is all there is to know.
            kill -0 "$1" 2>/dev/null || return 1
            P_STATE=- P_PARENT=- P_GROUP=$1 P_START=-
            return 0
        fi
    fi
    [ -n "$P_LINE" ] || return 1
    # shellcheck disable=SC2086  # one letter and numbers (or a date), to be split at blanks
    set -- $P_LINE
    P_STATE=$1 P_PARENT=$2 P_GROUP=$3
    if [ "$#" -ge 20 ]; then
        P_START=${20}
    else
        shift 3
        P_START=$(printf '%s_' "$@")
    fi
}

print_process() {
    ps -o stat= -o ppid= -o pgid= -o lstart= -p "$1" 2>/dev/null
}

# is_process PID START: true when that very process is there and is no zombie.
is_process() {
    case $1 in '' | 0 | 1 | *[!0123456789]*) return 1 ;; esac
    read_process "$1" || return 1
    case $P_STATE in Z* | X*) return 1 ;; esac
    [ "$P_START" = "$2" ]
}

# A boot id names one start of one machine; the host's name is for people, and a second best.
read_host() {
    HERE_BOOT=- HERE_HOST=
    { read -r HERE_BOOT || :; } 2>/dev/null <"$PROC/sys/kernel/random/boot_id" || HERE_BOOT=-
    { read -r HERE_HOST || :; } 2>/dev/null <"$PROC/sys/kernel/hostname" || HERE_HOST=$(uname -n)
    case $HERE_HOST in '' | *[!ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-]*)
        HERE_HOST=unnamed ;;
    esac
}
