#!/bin/sh
# Making a queue: built beside its place, then renamed, so that there is never half a queue.
# Arguments: PATH RUNTIME MODE FORCE [LINK...]; MODE is queue, or links when the queue is there;
#   FORCE is yes (install again, jobs stay; links in the way give way) or no
# Output: as queue_resolve
# Exit: 11 not a queue, 15 runtime, 17 exists already, 18 refused

queue_setup() {
    setup_path=$1 setup_runtime=$2 setup_mode=$3 setup_force=$4
    shift 4
    [ "$setup_runtime" = default ] || fail 15 "runtime $setup_runtime"
    case $setup_mode in
        links) enter_queue "$setup_path" ;;
        *) find_place ;;
    esac
    # Looked at before anything is made: a set-up that fails leaves nothing behind.
    for setup_link in "$@"; do
        check_link "$setup_link"
    done
    [ "$setup_mode" = links ] || setup_queue
    for setup_link in "$@"; do
        make_queue_link "$setup_link"
    done
    find_queue "$setup_path"
    print_queue
}

# find_place: sets QUEUE and QUEUE_FOUND. Forced, a link at the path gives way to a queue of its
# own; without, it leads to the queue that is in the way.
find_place() {
    expand_path "$setup_path"
    setup_place=$EXPANDED setup_in_way=no
    if [ "$setup_force" = yes ] && [ -f "$setup_place" ] && read_link "$setup_place"; then
        QUEUE=$setup_place QUEUE_FOUND=absent QUEUE_LINKS='' setup_in_way=yes
        return 0
    fi
    find_queue "$setup_path"
    [ "$QUEUE_FOUND" != queue ] || [ "$setup_force" = yes ] || fail 17 "path $QUEUE"
    check_writable
}

setup_queue() {
    [ "$setup_in_way" = no ] || rm -f -- "$setup_place" || fail 18
    if [ "$QUEUE_FOUND" = queue ]; then install_again; else install_queue "$setup_runtime"; fi
}

# check_link FILE: a link that leads to QUEUE already is left, another one is replaced only when
# forced, and anything else never.
check_link() {
    expand_path "$1"
    check_file=$EXPANDED
    if [ "$check_file" = "$QUEUE" ]; then fail 17 "path $check_file${NEWLINE}kind other"; fi
    if [ -f "$check_file" ] && read_link "$check_file"; then
        [ "$LINK_TARGET" != "$QUEUE" ] || return 0
        [ "$setup_force" = yes ] || fail 17 "path $check_file"
    elif [ -e "$check_file" ] || [ -L "$check_file" ]; then
        fail 17 "path $check_file${NEWLINE}kind other"
    fi
    check_parent "${check_file%/*}"
}

make_queue_link() {
    expand_path "$1"
    make_file=$EXPANDED
    if [ -f "$make_file" ] && read_link "$make_file" && [ "$LINK_TARGET" = "$QUEUE" ]; then
        return 0
    fi
    write_link "$make_file" "$QUEUE"
}

# check_parent DIRECTORY: the nearest one that is there has to take the rest.
check_parent() {
    set -- "${1:-/}"
    while [ ! -e "$1" ] && [ ! -L "$1" ]; do
        set -- "${1%/*}"
        [ -n "$1" ] || set -- /
    done
    [ -d "$1" ] && [ -w "$1" ] || fail 11 "reason links cannot be made in $1"
}

# install_queue RUNTIME: at QUEUE, absent or empty. Of two clients one wins, and both go on.
install_queue() {
    make_nonce
    install_parent=${QUEUE%/*}
    mkdir -p -- "$install_parent/" || fail 18
    if [ "$QUEUE_FOUND" = empty ] && { [ ! -w "$install_parent/" ] || is_shared "$QUEUE"; }; then
        install_inside "$1"
        return
    fi
    choose_modes "$install_parent/"
    install_new=$(name_beside new).$NONCE
    furnish_new "$1"
    mv -T -- "$install_new" "$QUEUE" 2>/dev/null || move_to_queue "$1"
    sweep_installs
}

# choose_modes DIRECTORY: a queue is private, unless the directory is that of a group.
choose_modes() {
    install_mask=077
    if is_shared "$1"; then install_mask=027; fi
}

# name_beside WORD: beside the queue, on the same disk; a name may have 255 bytes.
name_beside() {
    printf '%s' "${QUEUE%/*}/.vt-$1."
    printf '%.100s' "${QUEUE##*/}"
}

# sweep_installs: what clients left that were cut off; one that is still at it finds a queue now.
# Renamed first, so that nobody moves into place what is being removed, and each has one remover.
sweep_installs() {
    install_base=$(name_beside new)
    for install_left in "$install_base".????????????????????????; do
        case $install_left in *'?') continue ;; esac
        mv -- "$install_left" "$install_base.$NONCE" 2>/dev/null || continue
        rm -rf -- "$install_base.$NONCE" 2>/dev/null || :
    done
}

furnish_new() {
    if ! (umask "$install_mask" && furnish_queue "$install_new" "$1"); then
        rm -rf -- "$install_new" 2>/dev/null || :
        [ "$QUEUE_FOUND" != queue ] && [ -f "$QUEUE/version" ] || fail 18
    fi
}

# move_to_queue RUNTIME: for an mv without -T, which would move into a directory that is there.
move_to_queue() {
    if [ ! -f "$QUEUE/version" ]; then
        rmdir -- "$QUEUE" 2>/dev/null || :
        if mv -- "$install_new" "$QUEUE"; then
            [ -d "$QUEUE/${install_new##*/}" ] || return 0
            install_new=$QUEUE/${install_new##*/}
        fi
    fi
    rm -rf -- "$install_new" 2>/dev/null || :
    [ -f "$QUEUE/version" ] || install_inside "$1"
}

# install_inside RUNTIME: a directory that cannot be replaced, such as a mounted disk. version
# comes last; of two clients, the second finds what it brings there already.
install_inside() {
    # Gone again, or a queue by now: whoever asked looks anew.
    is_empty_directory "$QUEUE" || return 0
    choose_modes "$QUEUE"
    install_new=$QUEUE/.vt-new.$NONCE
    furnish_new "$1"
    mv -- "$install_new/jobs" "$install_new/commands" "$install_new/vt" "$install_new/version" \
        "$QUEUE/" || :
    rm -rf -- "$install_new"
    [ -f "$QUEUE/version" ] || [ ! -d "$QUEUE" ] || fail 18
}

# furnish_queue DIRECTORY RUNTIME: version comes last, for it makes the directory a queue.
furnish_queue() {
    mkdir -- "$1" && mkdir -- "$1/jobs" "$1/commands" "$1/commands/lib" "$1/vt" "$1/vt/trash" \
        "$1/vt/runtime-$VT_VERSION" || return 1
    write_runtime "$1" || return 1
    for furnish_name in new_job setup start submit status list kill delete; do
        printf '%s\n' "$VT_COMMAND" >"$1/commands/$furnish_name" || return 1
    done
    printf '%s\n' "$VT_UTILS" >"$1/commands/lib/utils.sh" || return 1
    chmod 700 -- "$1"/commands/[!l]* "$1/commands/list" || return 1
    [ "$install_mask" = 077 ] || share_queue "$1" || return 1
    printf '1\n' >"$1/vt/format" || return 1
    printf '0.2.1\n%s\n' "$2" >"$1/version"
}

# write_runtime QUEUE: a directory that is never changed, then the name of the current one.
write_runtime() {
    printf '%s\n' "$VT_LIBRARY" >"$1/vt/runtime-$VT_VERSION/library.sh" || return 1
    printf 'runtime-%s\n' "$VT_VERSION" >"$1/vt/current.new.$$" || return 1
    mv -f -- "$1/vt/current.new.$$" "$1/vt/current"
}

# install_again: file by file, each by rename; jobs, running ones too, are not touched.
install_again() {
    make_nonce
    choose_modes "$QUEUE/jobs"
    install_new=$QUEUE/.vt-new.$NONCE
    furnish_new default
    mkdir -p -- "$QUEUE/commands/lib" "$QUEUE/vt/trash" "$QUEUE/vt/runtime-$VT_VERSION" || fail 18
    for install_name in "vt/runtime-$VT_VERSION/library.sh" vt/format vt/current \
        commands/lib/utils.sh commands/new_job commands/setup commands/start commands/submit \
        commands/status commands/list commands/kill commands/delete version; do
        mv -f -- "$install_new/$install_name" "$QUEUE/$install_name" || fail 18
    done
    rm -rf -- "$install_new"
}
