#!/bin/sh
# Removing one job.
# Arguments: PATH ID
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
    [ "$S_STATE" = INCOMPLETE ] || check_job_owner "$1"
    stop_left_behind
    hold_claim || fail 2 "job $1${NEWLINE}uploading yes"
    make_nonce
    # The time and the id are for those who find it there, should this end here.
    delete_to=$QUEUE/vt/trash/$NOW.$NONCE
    make_trash "/$NOW.$NONCE" || refuse_delete "$1"
    mv -- "./$1" "$delete_to/" 2>/dev/null || refuse_move "$1"
    # An old client may have started it between the look and the rename.
    (cd -- "$delete_to" && look_at_job "$1" && refuse_running "$1") || {
        if rename_to "$delete_to/$1" "./$1"; then
            let_claim_go
            rmdir -- "$delete_to" || :
        fi
        fail 2 "job $1"
    }
    # Somebody who took it for one that was cut off may have been quicker.
    mv -- "$delete_to" "$delete_to.gone" 2>/dev/null || [ ! -e "$delete_to" ] || fail 18
    empty_trash
}

# hold_claim: from now on nobody starts it, or takes it over; 1 when somebody is about to. On a full
# disk there is no file for it, and the look after the rename has to do.
hold_claim() {
    claim_written=no
    case $S_STATE in
        UPLOADING | STAGED)
            [ -z "$S_CLAIM_FILE" ] || [ "$S_NONCE" != - ] || [ "$S_LEASE" -gt "$LEASE_SECONDS" ] ||
                return 1
            ;;
    esac
    [ -n "$look_next" ] || name_first_claim
    seal_claim
}

let_claim_go() {
    if [ "$claim_written" = sealed ]; then rm -f -- "$S_CLAIM_FILE"; fi
}

# check_job_owner ID: it is his who made the first attempt, or uploads it; the directory may be that
# of somebody who gave it up.
check_job_owner() {
    if [ -f "$look_records/attempt-1/intent" ]; then
        check_owner "$look_records/attempt-1"
    elif [ "$S_ATTEMPT" -eq 0 ] && [ -n "$S_CLAIM_FILE" ]; then
        check_owner "$S_CLAIM_FILE"
    else
        check_owner "./$1"
    fi
}

# refuse_move ID: somebody else took it away, or we may not.
refuse_move() {
    if [ -d "./$1" ] && mv -- "./$1" "$delete_to/"; then return 0; fi
    rmdir -- "$delete_to" 2>/dev/null || :
    refuse_delete "$1"
}

# refuse_delete ID: it may have gone with the whole queue.
refuse_delete() {
    let_claim_go
    [ -d "$QUEUE/jobs/$1" ] || fail 3
    fail 18
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

# make_trash [/NAME]: a queue that was removed meanwhile is not made again by this.
make_trash() {
    [ -f "$QUEUE/version" ] || return 1
    for trash_part in "$QUEUE/vt" "$QUEUE/vt/trash" "$QUEUE/vt/trash${1:-}"; do
        [ -d "$trash_part" ] || mkdir -- "$trash_part" 2>/dev/null || [ -d "$trash_part" ] || return 1
    done
}

# empty_trash: what is thrown away for good, in the background, for it may be much.
empty_trash() {
    (
        cd -- "$QUEUE/vt/trash" 2>/dev/null || exit 0
        trap '' HUP
        exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
        {
            sweep_installs
            settle_trash
            # One by one: what we may not remove keeps nothing else.
            for trash_path in ./*.gone; do
                chmod -R u+rwx "$trash_path" || :
                rm -rf "$trash_path" || :
            done
        } </dev/null >/dev/null 2>&1 &
    )
}

# settle_trash: jobs whose delete was cut off long ago go for good, or back when they run.
settle_trash() {
    read_clock
    read_host
    for trash_path in ./[123456789]*.????????????????????????; do
        trash_time=${trash_path#./}
        set_number "${trash_time%%.*}" "$NOW"
        [ "$((NOW - NUMBER))" -gt "$TRASH_SECONDS" ] || continue
        ! (restore_running "$trash_path") || mv -- "$trash_path" "$trash_path.gone" || :
    done
}

restore_running() {
    cd -- "$1" || return 1
    for trash_path in ./* ./.[!.]* ./..?*; do
        trash_id=${trash_path#./}
        look_at_job "$trash_id" || continue
        (refuse_running "$trash_id" && refuse_uploading "$trash_id") ||
            rename_to "$trash_path" "$QUEUE/jobs/$trash_id" || return 1
    done
}
