#!/bin/sh
# Queues of a group: its members write into one directory, each for himself.
# Arguments: none, this file only defines functions
# Output: none
# Exit: 18 what belongs to somebody else

# is_shared DIRECTORY: what is made in it belongs to its group, whose members may all write. The
# setgid bit alone is handed down from a directory above, and gives nobody a right.
is_shared() {
    [ -g "$1" ] && [ -n "$(find "$1/." -prune -perm -020 2>/dev/null)" ]
}

# check_owner PATH: all members can write, and yet each ends and removes his own.
check_owner() {
    if is_shared "$QUEUE/jobs" && ! is_mine "$1"; then
        printf '%s belongs to another user\n' "$1" >&2
        fail 18
    fi
}

is_mine() {
    mine_self=$(id -u)
    [ "$mine_self" = 0 ] || [ -n "$(find "$1" -prune -user "$mine_self" 2>/dev/null)" ]
}

# share_job ID: payloads come with modes for one person.
share_job() {
    is_shared . || return 0
    find "./$1/stage" -type d -exec chmod g+rwxs {} + -o -type f -exec chmod g+rwX {} + || :
}

# share_queue DIRECTORY: of the rest, what others run too, only its maker may change anything.
share_queue() {
    chmod g+rx -- "$1"/commands/* && chmod g+rwxs -- "$1/jobs" "$1/vt/trash"
}
