#!/bin/sh
# Paths of queues as people write them, and files that link to a queue elsewhere.
# Arguments: none, this file only defines functions
# Output: variables EXPANDED, LINK_TARGET
# Exit: 10, 11 as in ../README.rst

# expand_path TEXT: ~, ~/x, ~user/x, x (below the home directory) and /x become absolute.
expand_path() {
    expand_home=${HOME:-}
    [ -n "$expand_home" ] || expand_home=$(cd && pwd)
    # shellcheck disable=SC2088  # these are patterns for what the user wrote
    case $1 in
        '~') EXPANDED=$expand_home ;;
        '~/'*) EXPANDED=$expand_home/${1#??} ;;
        '~'*) expand_user "$1" ;;
        /*) EXPANDED=$1 ;;
        *) EXPANDED=$expand_home/$1 ;;
    esac
    while :; do
        case $EXPANDED in
            /) return 0 ;;
            */) EXPANDED=${EXPANDED%/} ;;
            *) return 0 ;;
        esac
    done
}

# expand_user ~NAME[/REST]: the shell knows the home directories; only a plain name reaches it.
expand_user() {
    expand_name=${1%%/*}
    expand_name=${expand_name#?}
    case $expand_name in
        [!ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_]* | \
            *[!ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-]*)
            fail 10 "reason there is no user ~$expand_name on the server" ;;
    esac
    eval "EXPANDED=~$expand_name"
    case $EXPANDED in
        /*) ;;
        *) fail 10 "reason there is no user ~$expand_name on the server" ;;
    esac
    case $1 in */*) EXPANDED=${EXPANDED%/}/${1#*/} ;; esac
}

# read_link FILE: sets LINK_TARGET to an absolute path; 1 when the file is no link.
read_link() {
    read_text=$(head -c 4096 -- "$1" 2>/dev/null) || return 1
    read_text=${read_text%%"$NEWLINE"*}
    case $read_text in
        'tejdir: '?*) ;;
        *) return 1 ;;
    esac
    read_text=${read_text#'tejdir: '}
    # shellcheck disable=SC2088  # a pattern for what stands in the file
    case $read_text in
        /* | '~' | '~/'*) expand_path "$read_text" ;;
        *) expand_path "${1%/*}/$read_text" ;;
    esac
    LINK_TARGET=$EXPANDED
}

# write_link FILE TARGET: beside it first, so that no half link is ever read.
write_link() {
    mkdir -p -- "${1%/*}" || fail 18
    printf 'tejdir: %s\n' "$2" >"$1.new.$$" || fail 18
    mv -f -- "$1.new.$$" "$1" || fail 18
}
