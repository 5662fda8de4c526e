#!/bin/sh
# Finding the queue behind a path: through links, never touching what is no queue.
# Arguments: PATH as the user wrote it
# Output: "queue PATH", "version V", "runtime R", "link PATH" for every link followed
# Exit: 10 absent, 11 not a queue, 12 loop, 13 broken link, 14 version, 18 refused

# find_queue PATH: sets QUEUE (absolute), QUEUE_FOUND (queue, absent or empty), QUEUE_VERSION,
# QUEUE_RUNTIME and QUEUE_LINKS (one per line).
find_queue() {
    follow_links "$1"
    examine_directory
    [ "$QUEUE_FOUND" = queue ] || [ -z "$QUEUE_LINKS" ] || fail 13 "target $QUEUE"
}

follow_links() {
    expand_path "$1"
    QUEUE=$EXPANDED QUEUE_LINKS='' find_depth=0
    while [ ! -d "$QUEUE" ] && { [ -e "$QUEUE" ] || [ -L "$QUEUE" ]; }; do
        find_depth=$((find_depth + 1))
        [ "$find_depth" -le 16 ] || fail 12
        [ -e "$QUEUE" ] || fail 11 "reason it is a symbolic link that leads nowhere"
        [ -f "$QUEUE" ] || fail 11 "reason it is no directory"
        [ -r "$QUEUE" ] || fail 11 "reason it is a file that you may not read"
        read_link "$QUEUE" || fail 11 "reason it is a file, and no link to a queue"
        QUEUE_LINKS=$QUEUE_LINKS$QUEUE$NEWLINE
        QUEUE=$LINK_TARGET
    done
}

# examine_directory: what is at QUEUE, which is absent or a directory.
examine_directory() {
    QUEUE_VERSION='' QUEUE_RUNTIME='' QUEUE_READ_ONLY=no QUEUE_FORMAT=''
    if [ ! -d "$QUEUE" ]; then
        QUEUE_FOUND=absent
    elif [ -f "$QUEUE/version" ]; then
        QUEUE_FOUND=queue
        read_version
    elif is_empty_directory "$QUEUE"; then
        QUEUE_FOUND=empty
    elif [ -f "$QUEUE/version" ]; then
        # Another client has just finished its set-up.
        QUEUE_FOUND=queue
        read_version
    elif [ ! -d "$QUEUE" ]; then
        # Removed since the first look.
        QUEUE_FOUND=absent
    else
        fail 11 "reason it is a directory with other things in it, and no queue"
    fi
}

read_version() {
    # Not with "!": to bash a group whose input cannot be opened is then a success.
    if { read -r QUEUE_VERSION && read -r QUEUE_RUNTIME || :; } <"$QUEUE/version"; then
        :
    else
        [ ! -e "$QUEUE/version" ] || fail 18
        QUEUE_FOUND=absent
        return 0
    fi
    case $QUEUE_VERSION in
        0.2 | 0.2.*) ;;
        *) fail 14 "version $QUEUE_VERSION" ;;
    esac
    [ ! -f "$QUEUE/vt/format" ] || read_format
}

# read_format: which format a reader and, if another, a writer has to know; this library knows 1.
read_format() {
    format_reader='' format_writer=''
    read -r format_reader format_writer format_rest <"$QUEUE/vt/format" || :
    set_number "$format_reader" 99
    QUEUE_FORMAT="$QUEUE_VERSION format $format_reader"
    [ "$NUMBER" -le 1 ] || fail 14 "version $QUEUE_FORMAT"
    set_number "${format_writer:-$format_reader}" 99
    QUEUE_FORMAT="$QUEUE_VERSION format ${format_writer:-$format_reader}"
    [ "$NUMBER" -le 1 ] || QUEUE_READ_ONLY=yes
}

# is_empty_directory PATH: but for what a clean-up could not remove.
is_empty_directory() {
    [ -r "$1" ] && [ -x "$1" ] || return 1
    for empty_name in "$1"/* "$1"/.[!.]* "$1"/..?*; do
        case ${empty_name##*/} in .vt-old.*) continue ;; esac
        if [ -e "$empty_name" ] || [ -L "$empty_name" ]; then return 1; fi
    done
}

# enter_queue PATH: the queue has to be there; the current directory becomes its jobs/.
enter_queue() {
    find_queue "$1"
    enter_jobs || fail 10
}

# enter_jobs: after find_queue; 1 when the queue is not there, or not any more.
enter_jobs() {
    [ "$QUEUE_FOUND" = queue ] || return 1
    if ! { { [ -d "$QUEUE/jobs" ] || mkdir -- "$QUEUE/jobs"; } && cd -- "$QUEUE/jobs"; }; then
        [ -f "$QUEUE/version" ] && fail 18 || return 1
    fi
    # In a queue of a group, what one makes is for all.
    if is_shared .; then umask 007; fi
}

# enter_queue_to_write PATH: as enter_queue, for what changes something in it.
enter_queue_to_write() {
    enter_queue "$1"
    check_writable
}

# enter_claimed PATH: of a queue that is gone, the job that is being uploaded is gone too.
enter_claimed() {
    find_queue "$1"
    enter_jobs || fail 22
    check_writable
}

check_writable() {
    [ "$QUEUE_READ_ONLY" = no ] || fail 14 "version $QUEUE_FORMAT${NEWLINE}access read-only"
}

# enter_or_make_queue PATH: as enter_queue_to_write, but one that is absent is made; anew, if it is
# removed before we are in it.
enter_or_make_queue() {
    QUEUE_ENTER=enter_or_make_queue make_tries=1
    find_queue "$1"
    until enter_jobs; do
        [ "$make_tries" -lt 9 ] || fail 10 "reason it is removed by somebody else as often as it is made"
        make_tries=$((make_tries + 1))
        [ "$QUEUE_FOUND" = queue ] || install_queue default
        find_queue "$1"
    done
    check_writable
}

# check_runtime: only runtimes that are part of this library can start or stop a job.
check_runtime() {
    case $QUEUE_RUNTIME in
        default) ;;
        *) fail 15 "runtime $QUEUE_RUNTIME" ;;
    esac
}

is_id() {
    case $1 in
        '' | . | .. | *[!ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+=@%:.,-]*)
            return 1 ;;
    esac
    [ "${#1}" -le 255 ]
}

check_id() {
    is_id "$1" || fail 20
}

print_queue() {
    printf 'queue %s\nversion %s\nruntime %s\n' "$QUEUE" "$QUEUE_VERSION" "$QUEUE_RUNTIME"
    while [ -n "$QUEUE_LINKS" ]; do
        printf 'link %s\n' "${QUEUE_LINKS%%"$NEWLINE"*}"
        QUEUE_LINKS=${QUEUE_LINKS#*"$NEWLINE"}
    done
}

queue_resolve() {
    enter_queue "$1"
    print_queue
}
