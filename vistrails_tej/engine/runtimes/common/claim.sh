#!/bin/sh
# Claiming an id for one client: of any number that try, one wins.
# Arguments: PATH ID NONCE OWNER STALE; STALE is the nonce of a claim known to be dead, or "-"
# Output: "queue PATH" and "claimed ID"; the status lines of the job when it is taken
# Exit: 4 taken, 15 runtime, 18 refused, 20 bad id, 21 the claim is somebody else's by now

job_claim() {
    check_id "$2"
    enter_or_make_queue "$1"
    check_runtime
    shift
    take_claim "$@"
    printf 'queue %s\nclaimed %s\n' "$QUEUE" "$1"
}

# take_claim ID NONCE OWNER STALE: with jobs/ as current directory. The directory, and after an
# upload that was given up the next claim.N, are made by one call that fails when it is there.
take_claim() {
    read_clock
    claim_file=./$1/.vt/claim claim_fresh=yes
    if mkdir -- "./$1" 2>/dev/null; then
        mkdir -- "./$1/.vt" "./$1/stage.part.$2" || give_up_claim "$1" "$2" 18
    else
        [ -d "./$1" ] || report_refusal "./$1"
        claim_fresh=no
        check_takeover "$1" "$4"
    fi
    (set -C && : >"$claim_file") 2>/dev/null || report_taken "$1"
    if ! printf '%s %s %s\n' "$2" "$NOW" "$3" >"$claim_file"; then give_up_claim "$1" "$2" 18; fi
    if [ "$claim_fresh" = no ]; then clear_stale_upload "$1" "$2"; fi
    printf 'created\n\n%s\n\n' "$NOW" >"./$1/status" || give_up_claim "$1" "$2" 18
}

# report_refusal PATH: the same call again, for what the system says about it.
report_refusal() {
    mkdir -- "$1" || fail 18
    rmdir -- "$1"
    fail 18
}

report_taken() {
    print_one_job "$1"
    exit 4
}

# check_takeover ID STALE: only an upload that nobody goes on with gives its id to another.
check_takeover() {
    read_host
    look_at_job "$1" || report_refusal "./$1"
    case $S_STATE in
        INCOMPLETE) ;;
        UPLOADING | STAGED)
            if [ "$S_NONCE" != "$2" ] || [ "$2" = - ]; then
                [ "$S_STATE" = STAGED ] && [ "$S_LEASE" -gt "$LEASE_SECONDS" ] || report_taken "$1"
            fi
            ;;
        *) report_taken "$1" ;;
    esac
    if [ -n "$S_CLAIM_FILE" ]; then
        claim_file=./$1/.vt/claim.${look_number:-2}
    else
        mkdir -p -- "./$1/.vt" || fail 18
    fi
}

# clear_stale_upload ID NONCE: a late first uploader finds the place of its files gone and stops.
clear_stale_upload() {
    mkdir -p -- "$QUEUE/vt/trash/$2.gone" || fail 18
    for claim_path in "./$1"/stage.part.* "./$1/stage" "./$1/.vt/manifest"; do
        [ -e "$claim_path" ] || continue
        mv -- "$claim_path" "$QUEUE/vt/trash/$2.gone/" || fail 18
    done
    # Its uploader may have been quicker after all, and started it.
    [ ! -d "./$1/.vt/attempt-1" ] || report_taken "$1"
    mkdir -- "./$1/stage.part.$2" || fail 18
    empty_trash
}

# check_claim ID NONCE: whether it is still ours.
check_claim() {
    read_clock
    look_records=./$1/.vt
    [ -f "$look_records/claim" ] || fail 21
    look_at_claim "./$1"
    [ "$S_NONCE" = "$2" ] || fail 21
}

# give_up_claim ID NONCE CODE: nothing half-done keeps the id; the place is free at once.
give_up_claim() {
    mkdir -p -- "$QUEUE/vt/trash" 2>/dev/null || :
    mv -- "./$1" "$QUEUE/vt/trash/$2.gone" 2>/dev/null || rm -rf -- "./$1"
    empty_trash
    fail "$3"
}

job_renew() {
    check_id "$2"
    enter_queue "$1"
    check_claim "$2" "$3"
    printf '%s %s %s\n' "$3" "$NOW" "$S_OWNER" >"$S_CLAIM_FILE.new" || fail 18
    mv -f -- "$S_CLAIM_FILE.new" "$S_CLAIM_FILE" || fail 18
}

job_release() {
    check_id "$2"
    enter_queue "$1"
    check_claim "$2" "$3"
    [ ! -d "./$2/.vt/attempt-1" ] || fail 21
    give_up_claim "$2" "$3" 0
}
