#!/bin/sh
# Bringing the payload of a job in, and giving it its name once it is whole.
# Arguments: PATH ID NONCE OWNER STALE KIND TEXT [AGAIN [BYTES]], less where a function says so; the
#   tar stream of the payload on stdin; KIND is script (TEXT names a file) or command (run by sh)
# Output: as job_status
# Exit: 2 still running, 4 taken, 16 no such script, 18 refused, 19 the payload did not arrive
#   whole, 21 claim lost, 22 deleted, 23 no space

# job_submit: claim, payload and start in one request, for small payloads.
job_submit() {
    check_id "$2"
    enter_or_make_queue "$1"
    check_runtime
    take_claim "$2" "$3" "$4" "$5" "${8:-no}" "${9:-0}"
    unpack_payload "$2" "$3"
    commit_and_start "$2" "$3" "$4" "$6" "$7"
}

# job_receive PATH ID NONCE: the payload of a large job, on a channel of its own.
job_receive() {
    check_id "$2"
    enter_claimed "$1"
    check_claim "$2" "$3"
    unpack_payload "$2" "$3"
}

# job_commit PATH ID NONCE OWNER KIND TEXT: after job_receive; nothing on stdin.
job_commit() {
    check_id "$2"
    enter_claimed "$1"
    check_runtime
    check_claim "$2" "$3"
    shift
    commit_and_start "$@"
}

# Own files, fresh times (old ones would be the first to go in a clean-up by age).
unpack_payload() {
    [ -d "./$1" ] || fail 22
    [ -d "./$1/stage.part.$2" ] || fail 21
    tar -x -m -o -f - -C "./$1/stage.part.$2" || refuse_payload "$1" "$2"
    # The list of files comes last in the stream: without it something is missing.
    [ -f "./$1/stage.part.$2/.vt-manifest.$2" ] || give_up_claim "$1" "$2" 19
}

refuse_payload() {
    if is_disk_full; then give_up_claim "$1" "$2" 23 "$(describe_space)"; fi
    give_up_claim "$1" "$2" 19
}

# commit_and_start ID NONCE OWNER KIND TEXT: S_ATTEMPT is the number of the attempt before.
commit_and_start() {
    commit_part=./$1/stage.part.$2 commit_number=$((S_ATTEMPT + 1))
    [ -d "./$1" ] || fail 22
    is_claimed_by "$2" && [ -d "$commit_part" ] && seal_claim || fail 21
    [ -f "$commit_part/.vt-manifest.$2" ] || give_up_claim "$1" "$2" 19
    if [ "$4" = script ]; then check_script "$@"; fi
    [ "$commit_number" -eq 1 ] || set_aside "$1" "$2" || give_up_claim "$1" "$2" 18
    mv -- "$commit_part/.vt-manifest.$2" "./$1/.vt/manifest" || give_up_claim "$1" "$2" 19
    mv -- "$commit_part" "./$1/stage" || fail 21
    make_attempt "$1" "$commit_number" "$3" "$2" || give_up_claim "$1" "$2" 18
    start_default "$1" "$commit_number" "$4" "$5" || report_unstarted "$1" "$commit_number"
    answer_job "$1" 0 || fail 22
}

# report_unstarted ID NUMBER: it could not be entered. Whoever ended it before has its end on record;
# else that it cannot be run is its end, so that nobody waits for it. Files that are gone were taken
# by somebody who held this upload for dead.
report_unstarted() {
    [ -d "./$1" ] || fail 22
    if mv -- "./$1/.vt/attempt-$2/exit.pending" "./$1/.vt/attempt-$2/exit.126" 2>/dev/null &&
        [ -d "./$1/stage" ]; then
        fail 18
    fi
    answer_job "$1" 4 || fail 22
}

check_script() {
    [ -f "$commit_part/$5" ] || give_up_claim "$1" "$2" 16
    [ -x "$commit_part/$5" ] || chmod u+x -- "$commit_part/$5" || give_up_claim "$1" "$2" 18
}
