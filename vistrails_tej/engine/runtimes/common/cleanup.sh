#!/bin/sh
# Removing the queue with the links that lead to it; also what an earlier try could not remove.
# Arguments: PATH FORCE (yes or no)
# Output: "job ID" of one that runs; stderr says what could not be removed
# Exit: 2 still running, 10 no queue, 18 refused

queue_cleanup() {
    follow_links "$1"
    read_clock
    read_host
    cleanup_force=$2 cleanup_left='' cleanup_found=no cleanup_met=no
    restore_parts
    if [ -f "$QUEUE/version" ]; then
        find_queue "$1"
        check_writable
        check_owner "$QUEUE"
        check_queue
        set_queue_aside
    fi
    remove_all_places
    if [ "$cleanup_found" = no ]; then
        find_queue "$1"
        fail 10
    fi
    if [ -n "$cleanup_left" ]; then
        printf '%s could not be removed; when its owner may do so, clean up again\n' \
            "$cleanup_left" >&2
        fail 18
    fi
    remove_links
}

# check_queue: of a queue that was taken away meanwhile, the look at its new place counts.
check_queue() {
    cleanup_code=0
    (check_jobs "$QUEUE") 2>/dev/null || cleanup_code=$?
    case $cleanup_code in
        0) ;;
        2) exit 2 ;;
        *) if [ -e "$QUEUE/version" ]; then (check_jobs "$QUEUE") || exit "$?"; fi ;;
    esac
}

# check_jobs PLACE: in a subshell; kills when forced, and ends with 2 when a job keeps the queue. What
# cannot be looked at keeps it too: 18.
check_jobs() {
    list_names "$1"
    case $NAMES in *"${NEWLINE}jobs$NEWLINE"*) ;; *) return 0 ;; esac
    cd -- "$1/jobs" || exit 18
    check_runtime_name=''
    { read -r check_rest && read -r check_runtime_name || :; } 2>/dev/null <"$1/version" || :
    list_names .
    # Ids hold no blanks; what else lies here is looked for and not found.
    set -f
    for check_name in $NAMES; do
        set +f
        check_job "$check_name" || exit 18
    done
}

# check_job NAME: 1 when it could not be seen.
check_job() {
    is_id "$1" || return 0
    look_at_job "$1" || { is_no_job "$1" && return 0 || return 1; }
    if [ "$cleanup_force" = yes ] && [ "$check_runtime_name" = default ]; then
        # 3: deleted this moment.
        (kill_job "$1") || [ "$?" -eq 3 ] || return 1
        look_at_job "$1" || { is_no_job "$1" && return 0 || return 1; }
    fi
    refuse_running "$1"
    [ "$cleanup_force" = yes ] || refuse_uploading "$1"
    # That nothing tells of a start is no news where nothing can be seen.
    [ "$S_STATE" != INCOMPLETE ] || is_never_started "$1"
}

# is_no_job NAME: after nothing was found there.
is_no_job() {
    [ ! -d "./$1" ] || return 1
    list_names .
    case $NAMES in *"$NEWLINE$1$NEWLINE"*) [ -e "./$1" ] || [ -L "./$1" ] ;; esac
}

is_never_started() {
    list_names "./$1"
    case $NAMES in *"$NEWLINE.vt$NEWLINE"*) list_names "./$1/.vt" ;; esac
    case $NAMES in *"${NEWLINE}attempt-$((S_ATTEMPT + 1))$NEWLINE"*) return 1 ;; esac
}

# list_names DIRECTORY: NAMES, each between two line ends; what cannot be listed is no empty directory.
list_names() {
    NAMES=$(ls -a -- "$1") || fail 18
    NAMES=$NEWLINE$NAMES$NEWLINE
}

# set_queue_aside: nobody finds it any more; within its directory when that holds other things, or
# cannot be renamed.
set_queue_aside() {
    make_nonce
    cd / || fail 18
    if [ ! -L "$QUEUE" ] && has_only_ours && mv -- "$QUEUE" "$(name_beside old).$NONCE" 2>/dev/null
    then
        return 0
    fi
    # Of two clean-ups one gets the version, and nobody touches what it has not set aside as a whole.
    [ -f "$QUEUE/version" ] || return 0
    cleanup_place=$QUEUE/.vt-old.$NONCE.part
    mkdir -- "$cleanup_place" || fail 18
    if ! mv -- "$QUEUE/version" "$cleanup_place/"; then
        rmdir -- "$cleanup_place" || :
        [ ! -f "$QUEUE/version" ] || fail 18
        return 0
    fi
    for cleanup_part in jobs commands vt tej.log; do
        [ ! -e "$QUEUE/$cleanup_part" ] ||
            mv -- "$QUEUE/$cleanup_part" "$cleanup_place/" || refuse_part
    done
    mv -- "$cleanup_place" "${cleanup_place%.part}" || refuse_part
}

# refuse_part: what is left must not be half a queue, whose jobs nobody finds.
refuse_part() {
    put_back
    fail 18
}

# restore_parts: of a clean-up that was cut off in the middle of that.
restore_parts() {
    for cleanup_place in "$(name_beside old)".????????????????????????.part \
        "$QUEUE"/.vt-old.????????????????????????.part; do
        [ -d "$cleanup_place" ] || continue
        if [ "$((NOW - $(file_time "$cleanup_place")))" -gt "$LEASE_SECONDS" ]; then put_back; fi
    done
}

has_only_ours() {
    for cleanup_path in "$QUEUE"/* "$QUEUE"/.[!.]* "$QUEUE"/..?*; do
        case ${cleanup_path##*/} in
            version | jobs | commands | vt | tej.log | .vt-new.*) ;;
            *) if [ -e "$cleanup_path" ]; then return 1; fi ;;
        esac
    done
}

# remove_all_places: what another clean-up has in hand is under another name the next moment, gone, or
# back as the queue, which is for jobs to decide and not for who came first.
remove_all_places() {
    cleanup_tries=1
    remove_places
    while [ "$cleanup_missed" = yes ] && [ "$cleanup_tries" -lt 9 ]; do
        cleanup_met=yes cleanup_tries=$((cleanup_tries + 1))
        remove_places
    done
    if [ "$cleanup_met" = yes ] && [ -e "$QUEUE/version" ]; then check_queue; fi
}

# remove_places: what was set aside, now or by a clean-up that did not come to its end.
remove_places() {
    cleanup_missed=no
    for cleanup_place in "$(name_beside old)".???????????????????????? \
        "$QUEUE"/.vt-old.????????????????????????; do
        [ -d "$cleanup_place" ] || continue
        cleanup_found=yes
        if own_place; then remove_place; fi
    done
    [ -L "$QUEUE" ] || rmdir -- "$QUEUE" 2>/dev/null || :
}

# own_place: whoever renames it removes it, or puts it back.
own_place() {
    make_nonce
    if mv -- "$cleanup_place" "${cleanup_place%.*}.$NONCE" 2>/dev/null; then
        cleanup_place=${cleanup_place%.*}.$NONCE
        return 0
    fi
    if [ -d "$cleanup_place" ]; then cleanup_left=$cleanup_place; else cleanup_missed=yes; fi
    return 1
}

# remove_place: who was about to submit a job has done so by now, or sees that the queue is gone.
remove_place() {
    cleanup_code=0
    cleanup_told=$(check_jobs "$cleanup_place") || cleanup_code=$?
    if [ ! -d "$cleanup_place" ]; then
        cleanup_missed=yes
        return 0
    fi
    if [ "$cleanup_code" -ne 0 ]; then
        put_back
        fail "$cleanup_code" "$cleanup_told"
    fi
    chmod -R u+rwx -- "$cleanup_place" 2>/dev/null || :
    # Half a job must not be looked at again.
    if [ -e "$cleanup_place/jobs" ] && ! mv -- "$cleanup_place/jobs" "$cleanup_place/jobs.gone"; then
        [ -d "$cleanup_place" ] || return 0
        put_back
        fail 18
    fi
    rm -rf -- "$cleanup_place/jobs.gone" "$cleanup_place/version" "$cleanup_place/commands" \
        "$cleanup_place/vt" "$cleanup_place/tej.log" "$cleanup_place"/.vt-new.* || :
    rmdir -- "$cleanup_place" 2>/dev/null || [ ! -d "$cleanup_place" ] || cleanup_left=$cleanup_place
}

# put_back: in the place of the queue there may be a new one, which takes the jobs.
put_back() {
    if rename_to "$cleanup_place" "$QUEUE"; then return 0; fi
    # Another clean-up is not to find the rest of it.
    case $cleanup_place in
        *.part) ;;
        *)
            mv -- "$cleanup_place" "$cleanup_place.part" 2>/dev/null || return 0
            cleanup_place=$cleanup_place.part
            ;;
    esac
    if [ -d "$cleanup_place/jobs" ] && ! rename_to "$cleanup_place/jobs" "$QUEUE/jobs"; then
        for cleanup_path in "$cleanup_place"/jobs/* "$cleanup_place"/jobs/.[!.]*; do
            rename_to "$cleanup_path" "$QUEUE/jobs/${cleanup_path##*/}" || :
        done
        rmdir -- "$cleanup_place/jobs" 2>/dev/null || return 0
    fi
    for cleanup_part in commands vt tej.log version; do
        rename_to "$cleanup_place/$cleanup_part" "$QUEUE/$cleanup_part" || :
    done
    # By their names: jobs that are left against all odds are not among them.
    rm -rf -- "$cleanup_place/commands" "$cleanup_place/vt" "$cleanup_place/tej.log" \
        "$cleanup_place/version" "$cleanup_place"/.vt-new.* || :
    rmdir -- "$cleanup_place" 2>/dev/null || :
}

remove_links() {
    while [ -n "$QUEUE_LINKS" ]; do
        cleanup_path=${QUEUE_LINKS%%"$NEWLINE"*}
        QUEUE_LINKS=${QUEUE_LINKS#*"$NEWLINE"}
        if [ -f "$cleanup_path" ] && read_link "$cleanup_path"; then rm -f -- "$cleanup_path"; fi
    done
}
