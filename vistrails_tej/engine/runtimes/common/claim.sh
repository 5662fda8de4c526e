#!/bin/sh
# Claiming an id for one client: of any number that try, one wins.
# Arguments: PATH ID NONCE OWNER STALE [AGAIN [BYTES]]; STALE are the nonces of claims known to
#   be dead, with commas, or "-"; AGAIN is yes when a job that has ended is to be run anew; BYTES what will be sent
# Output: "queue PATH" and "claimed ID"; the status lines of the job when it is taken
# Exit: 2 still running, 4 taken, 15 runtime, 18 refused, 20 bad id, 21 the claim is somebody
#   else's by now, 22 the job was deleted, 23 no space

job_claim() {
    check_id "$2"
    enter_or_make_queue "$1"
    check_runtime
    shift
    take_claim "$@"
    printf 'queue %s\nclaimed %s\n' "$QUEUE" "$1"
}

# take_claim ID NONCE OWNER STALE [AGAIN [BYTES]]: with jobs/ as current directory. The directory,
# and later each claim file, are made by one call that fails when it is there. Afterwards
# S_ATTEMPT is the number of the attempt before the one that was claimed.
take_claim() {
    outlive_client
    read_clock
    claim_written=no claim_tries=1
    until take_place "$@"; do
        # Deleted this moment, so the id is free; perhaps with the whole queue.
        [ "$claim_tries" -lt 9 ] || report_refusal "./$1"
        claim_tries=$((claim_tries + 1))
        "$QUEUE_ENTER" "$QUEUE"
    done
    printf '%s %s %s\n' "$2" "$NOW" "$3" >"$claim_file" || give_up_claim "$1" "$2" 18
    claim_written=yes
    if [ "$claim_fresh" = no ]; then
        clear_stale_upload "$1" "$2"
    else
        mkdir -- "./$1/stage.part.$2" || give_up_claim "$1" "$2" 18
    fi
    # A clean-up that renamed the queue before this sees the claim or is seen here.
    [ -d "$QUEUE/jobs/$1/stage.part.$2" ] || give_up_claim "$1" "$2" 22
    if [ "$S_ATTEMPT" -eq 0 ]; then
        printf 'created\n\n%s\n\n' "$NOW" >"./$1/status" || give_up_claim "$1" "$2" 18
    fi
}

# outlive_client: a claim stopped half-way would have no name, and hold the id as long as a lease.
# That nobody is there any more is seen by the payload, which ends before it is whole.
outlive_client() {
    trap '' HUP
}

# take_place: the arguments of take_claim; 1 when the job was deleted meanwhile, or cannot be made.
take_place() {
    claim_fresh=yes S_ATTEMPT=0 look_records=./$1/.vt claim_file=./$1/.vt/claim
    [ -d "./$1" ] || check_space "${6:-0}"
    if mkdir -- "./$1" 2>/dev/null; then
        mkdir -p -- "./$1/.vt" || give_up_claim "$1" "$2" 18
    else
        claim_fresh=no
        [ -d "./$1" ] && check_takeover "$1" "$4" "${5:-no}" || return 1
        check_space "${6:-0}"
    fi
    if (set -C && : >"$claim_file") 2>/dev/null; then return 0; fi
    [ ! -d "./$1" ] || report_taken "$1" || :
    return 1
}

# report_refusal PATH: the same call again, for what the system says about it.
report_refusal() {
    mkdir -- "$1" || fail 18
    rmdir -- "$1" || fail 18
    fail 22
}

# report_taken ID: somebody has it, unless a full disk or a permission was in the way; 1 when it was
# deleted meanwhile.
report_taken() {
    if [ -n "$claim_file" ] && [ ! -e "$claim_file" ] && ! printf '' >"$claim_file"; then
        [ -d "./$1" ] && fail 18 || return 1
    fi
    answer_job "$1" 4
}

# check_takeover ID STALE AGAIN: only an upload that nobody goes on with gives its id to another;
# a job that has ended does so to a client that asks for it; 1 when the job is gone.
check_takeover() {
    claim_file=''
    read_host
    look_at_job "$1" || return 1
    claim_ours=no
    case ",$2," in *",$S_NONCE,"*) [ "$S_NONCE" = - ] || claim_ours=yes ;; esac
    case $S_STATE in
        INCOMPLETE) ;;
        UPLOADING | STAGED) check_uploader "$1" || return 1 ;;
        *)
            # Our own try before this one, whose answer was lost on the way, is no other job.
            [ "$3" = yes ] && [ "$claim_ours" = no ] || report_taken "$1" || return 1
            refuse_running "$1"
            stop_left_behind
            adopt_old_job "$1"
            ;;
    esac
    # Not with -p, which would make the job's directory too.
    [ -d "./$1/.vt" ] || mkdir -- "./$1/.vt" 2>/dev/null || [ -d "./$1/.vt" ] ||
        [ ! -d "./$1" ] || mkdir -- "./$1/.vt" || fail 18
    # The one after those that were looked at: looked for anew, it could be that of a winner.
    [ -n "$look_next" ] || name_first_claim
    claim_file=$look_next
}

check_uploader() {
    [ "$claim_ours" = no ] || return 0
    [ "$S_STATE" = STAGED ] && [ "$S_LEASE" -gt "$LEASE_SECONDS" ] || report_taken "$1"
}

# clear_stale_upload ID NONCE: a late first uploader finds the place of its files gone and stops.
# What an earlier attempt left in stage/ is no part of an upload.
clear_stale_upload() {
    for claim_path in "./$1"/stage.part.*; do
        throw_away "$claim_path" "$2" || fail 18
    done
    if [ "$S_ATTEMPT" -eq 0 ] || [ -d "$look_records/attempt-$S_ATTEMPT/stage" ]; then
        for claim_path in "./$1/stage" "$look_records/manifest"; do
            throw_away "$claim_path" "$2" || fail 18
        done
    fi
    # Its uploader may have been quicker after all, and started it.
    [ ! -d "$look_records/attempt-$((S_ATTEMPT + 1))" ] || answer_job "$1" 4 || fail 22
    mkdir -- "./$1/stage.part.$2" || give_up_claim "$1" "$2" 18
    empty_trash
}

# check_claim ID NONCE: whether it is still ours.
check_claim() {
    outlive_client
    read_clock
    claim_written=yes
    [ -d "./$1" ] || fail 22
    look_records=./$1/.vt S_ATTEMPT=0
    count_attempts
    is_claimed_by "$2" || fail 21
}

# is_claimed_by NONCE: the last claim for the attempt after S_ATTEMPT.
is_claimed_by() {
    find_claim
    [ -n "$S_CLAIM_FILE" ] || return 1
    read_claim
    [ "$S_NONCE" = "$1" ]
}

# seal_claim: after is_claimed_by, before anything is started or removed; 1 when somebody else took
# the next claim. A claim without a nonce is nobody's: from now on only its age frees the id.
seal_claim() {
    if (set -C && : >"$look_next") 2>/dev/null; then
        S_CLAIM_FILE=$look_next claim_written=sealed
    elif [ -e "$look_next" ]; then
        return 1
    fi
}

job_renew() {
    check_id "$2"
    enter_claimed "$1"
    check_claim "$2" "$3"
    printf '%s %s %s\n' "$3" "$NOW" "$S_OWNER" >"$S_CLAIM_FILE.new" || fail 18
    mv -f -- "$S_CLAIM_FILE.new" "$S_CLAIM_FILE" || fail 18
}

job_release() {
    check_id "$2"
    enter_claimed "$1"
    check_claim "$2" "$3"
    give_up_claim "$2" "$3" 0
}
