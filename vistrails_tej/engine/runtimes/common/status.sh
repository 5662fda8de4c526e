#!/bin/sh
# The status of one job, of some, or of all, in one request.
# Arguments: PATH [ID...]
# Output: "queue PATH", "now SECONDS", then for each job one line
#   "job ID STATE ATTEMPT EXIT REASON SUBMITTED STARTED ENDED LEASE HOST OWNER NONCE",
#   or "gone ID" for one that was asked for and is not there; at last "end COUNT"
#   (all jobs: HOST and OWNER are left out for those that ended)
# Exit: 0; 3 when the one job of job_status is not there; those of find_queue

print_job() {
    # One word, for a thousand jobs: bash takes twice the time for twelve.
    printf '%s\n' "job $1 $S_STATE $S_ATTEMPT ${S_EXIT:--} $S_REASON ${S_SUBMITTED:--} \
${S_STARTED:--} ${S_ENDED:--} ${S_LEASE:--} ${S_HOST:--} ${S_OWNER:--} ${S_NONCE:--}"
}

print_head() {
    read_clock
    read_host
    printf 'queue %s\nnow %s\n' "$QUEUE" "$NOW"
}

# print_one_job ID: the whole reply about a job that is there.
print_one_job() {
    print_head
    look_at_job "$1" || fail 3
    print_job "$1"
    printf 'end 1\n'
}

# answer_job ID CODE: the reply about it, and the end of the request; 1 when it is gone.
answer_job() {
    answer_text=$(print_one_job "$1") || return 1
    printf '%s\n' "$answer_text"
    exit "$2"
}

job_status() {
    check_id "$2"
    enter_queue "$1"
    print_one_job "$2"
}

job_statuses() {
    enter_queue "$1"
    shift
    print_head
    status_count=0
    if [ "$#" -eq 0 ]; then
        LOOK_CLOSELY=no
        print_all_jobs
    else
        print_these_jobs "$@"
    fi
    printf 'end %s\n' "$status_count"
}

# A directory that somebody else made must not hide the jobs behind it.
print_all_jobs() {
    # Ids are ASCII; bash compares bytes faster than letters.
    LC_ALL=C
    for status_path in ./* ./.[!.]* ./..?*; do
        status_id=${status_path#./}
        is_id "$status_id" && look_at_job "$status_id" || continue
        print_job "$status_id"
        status_count=$((status_count + 1))
    done
}

print_these_jobs() {
    for status_id in "$@"; do
        check_id "$status_id"
        if look_at_job "$status_id"; then
            print_job "$status_id"
        else
            printf 'gone %s\n' "$status_id"
        fi
        status_count=$((status_count + 1))
    done
}
