#!/bin/sh
# Removing one job, or the queue with the links that lead to it.
# Arguments: PATH ID; PATH FORCE (yes or no)
# Output: none; "job ID" of one that runs
# Exit: 2 still running, 3 no such job, 18 refused

job_delete() {
    check_id "$2"
    enter_queue_to_write "$1"
    delete_job "$2"
}

delete_job() {
    read_clock
    read_host
    look_at_job "$1" || fail 3
    refuse_running "$1"
    stop_left_behind
    make_nonce
    mkdir -p -- "$QUEUE/vt/trash" || fail 18
    mv -- "./$1" "$QUEUE/vt/trash/$NONCE" 2>/dev/null || refuse_move "$1"
    # Between the look and the rename it may have been started.
    (cd -- "$QUEUE/vt/trash" && look_at_job "$NONCE" && refuse_running "$1") || {
        mv -- "$QUEUE/vt/trash/$NONCE" "./$1" || fail 18
        fail 2 "job $1"
    }
    mv -- "$QUEUE/vt/trash/$NONCE" "$QUEUE/vt/trash/$NONCE.gone" || fail 18
    empty_trash
}

# refuse_move ID: somebody else took it away, or we may not.
refuse_move() {
    [ -d "./$1" ] || fail 3
    mv -- "./$1" "$QUEUE/vt/trash/$NONCE" || fail 18
}

# refuse_running ID: SUSPECT may be alive; LOST is, when a process of its group is left.
refuse_running() {
    case $S_STATE in
        SUBMITTING | QUEUED | RUNNING | CANCELLING | SUSPECT) fail 2 "job $1" ;;
        LOST)
            if [ -n "$S_PID" ] && [ "$S_REASON" = lost ] && has_processes; then
                fail 2 "job $1"
            fi
            ;;
    esac
}

# refuse_uploading ID: somebody waits for it, and would be told of a queue that is gone.
refuse_uploading() {
    case $S_STATE in UPLOADING | STAGED) ;; *) return 0 ;; esac
    [ "$S_LEASE" -gt "$LEASE_SECONDS" ] || fail 2 "job $1${NEWLINE}uploading yes"
}

# empty_trash: what is thrown away for good, in the background, for it may be much.
empty_trash() {
    (
        cd -- "$QUEUE/vt/trash" 2>/dev/null || exit 0
        trap '' HUP
        exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
        {
            name_install && sweep_installs
            # One by one: what we may not remove keeps nothing else.
            for trash_path in ./*.gone; do
                chmod -R u+rwx "$trash_path" || :
                rm -rf "$trash_path" || :
            done
        } </dev/null >/dev/null 2>&1 &
    )
}

queue_cleanup() {
    enter_queue_to_write "$1"
    read_clock
    read_host
    for cleanup_path in ./* ./.[!.]* ./..?*; do
        cleanup_id=${cleanup_path#./}
        is_id "$cleanup_id" && look_at_job "$cleanup_id" || continue
        if [ "$2" = yes ] && [ "$QUEUE_RUNTIME" = default ]; then
            kill_job "$cleanup_id"
            look_at_job "$cleanup_id" || continue
        fi
        refuse_running "$cleanup_id"
        [ "$2" = yes ] || refuse_uploading "$cleanup_id"
    done
    remove_queue
    remove_links
}

# remove_queue: only what belongs to a queue. Other things in the directory keep it.
remove_queue() {
    cd / || fail 18
    make_nonce
    cleanup_place=$QUEUE
    if has_only_ours && mv -- "$QUEUE" "${QUEUE%/*}/.vt-old.$NONCE" 2>/dev/null; then
        cleanup_place=${QUEUE%/*}/.vt-old.$NONCE
    fi
    rm -f -- "$cleanup_place/version" || fail 18
    chmod -R u+rwx -- "$cleanup_place/jobs" 2>/dev/null || :
    rm -rf -- "$cleanup_place/jobs" "$cleanup_place/commands" "$cleanup_place/vt" \
        "$cleanup_place/tej.log" "$cleanup_place"/.vt-new.* || fail 18
    rmdir -- "$cleanup_place" 2>/dev/null || :
}

has_only_ours() {
    for cleanup_path in "$QUEUE"/* "$QUEUE"/.[!.]* "$QUEUE"/..?*; do
        case ${cleanup_path##*/} in
            version | jobs | commands | vt | tej.log | .vt-new.*) ;;
            *) if [ -e "$cleanup_path" ]; then return 1; fi ;;
        esac
    done
}

remove_links() {
    while [ -n "$QUEUE_LINKS" ]; do
        cleanup_path=${QUEUE_LINKS%%"$NEWLINE"*}
        QUEUE_LINKS=${QUEUE_LINKS#*"$NEWLINE"}
        if [ -f "$cleanup_path" ] && read_link "$cleanup_path"; then rm -f -- "$cleanup_path"; fi
    done
}
