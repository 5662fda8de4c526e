#!/bin/sh
# The commands of a tej 0.2 queue, for the clients that call them: tej 0.6 and VisTrails 2.2.
# Arguments: QUEUE NAME and what NAME takes: new_job ID, submit ID STAGE TEXT, start ID STAGE TEXT,
#   status ID, list, kill ID, delete ID, setup
# Output: new_job and status print the stage directory, status the exit code of a job that ended
#   too; list prints the id, then "    status: WORD"
# Exit: 0; 1 incomplete or failed; 2 running (status, delete); 3 no such job; 4 exists (new_job)

legacy_command() {
    legacy_name=$2
    enter_queue "$1"
    shift 2
    case $legacy_name in
        setup) ;;
        list) legacy_list ;;
        new_job | submit | start | status | kill | delete)
            [ "$#" -ge 1 ] || fail 1 "usage: $legacy_name ID"
            is_id "$1" || fail 1 "$1 cannot be the id of a job"
            "legacy_$legacy_name" "$@"
            ;;
        *) fail 1 "there is no command $legacy_name" ;;
    esac
}

# legacy_try COMMAND...: its exit code, where the contract has one for it, else 1.
legacy_try() {
    legacy_code=0
    ("$@") >/dev/null || legacy_code=$?
    case $legacy_code in 0 | 2 | 3 | 4) ;; *) legacy_code=1 ;; esac
    [ "$legacy_code" -eq 0 ] || exit "$legacy_code"
}

# The client makes the stage directory itself, by copying its own to that name.
legacy_new_job() {
    make_nonce
    legacy_try take_claim "$1" "$NONCE" old-client -
    rmdir -- "./$1/stage.part.$NONCE" || exit 1
    printf '%s\n' "$QUEUE/jobs/$1/stage"
}

# legacy_prepare ID TEXT: sets LEGACY_KIND; a job is started once.
legacy_prepare() {
    read_clock
    read_host
    look_at_job "$1" || exit 3
    case $S_STATE in
        UPLOADING | INCOMPLETE) ;;
        *) fail 1 "job $1 was submitted before" ;;
    esac
    [ -d "./$1/stage" ] || fail 1 "job $1 has no files yet"
    [ -d "./$1/.vt" ] || mkdir -- "./$1/.vt" || exit 1
    LEGACY_KIND='command'
    if [ -f "./$1/stage/$2" ]; then
        LEGACY_KIND=script
        chmod u+x -- "./$1/stage/$2" || exit 1
    fi
    legacy_try make_attempt "$1" 1 "$S_OWNER" "$S_NONCE"
}

legacy_submit() {
    [ "$#" -ge 3 ] || fail 1 "usage: submit ID STAGE SCRIPT"
    legacy_prepare "$1" "$3"
    start_default "$1" 1 "$LEGACY_KIND" "$3"
}

# As submit, but it stays until the job has ended, and exits as the job did.
legacy_start() {
    [ "$#" -ge 3 ] || fail 1 "usage: start ID STAGE SCRIPT"
    legacy_prepare "$1" "$3"
    cd -- "./$1/stage" || exit 1
    # As in start_default.
    unset VT_JOB_MARK
    exec "$SHELL_PROGRAM" ../.vt/attempt-1/wrap.sh 1 "$LEGACY_KIND" "$3"
}

legacy_status() {
    read_clock
    read_host
    look_at_job "$1" || exit 3
    case $S_STATE in
        UPLOADING | INCOMPLETE | STAGED) exit 1 ;;
    esac
    printf '%s\n' "$QUEUE/jobs/$1/stage"
    case $S_STATE in
        EXITED) ;;
        LOST | PURGED) S_EXIT=255 ;;
        *) exit 2 ;;
    esac
    [ "$S_EXIT" != - ] || S_EXIT=255
    printf '%s\n' "$S_EXIT"
}

legacy_list() {
    LOOK_CLOSELY=no
    read_clock
    read_host
    for legacy_path in ./* ./.[!.]* ./..?*; do
        legacy_id=${legacy_path#./}
        is_id "$legacy_id" && look_at_job "$legacy_id" || continue
        case $S_STATE in
            UPLOADING | INCOMPLETE | STAGED) legacy_word=created ;;
            QUEUED) legacy_word=submitted ;;
            EXITED | LOST | PURGED) legacy_word=finished ;;
            *) legacy_word=running ;;
        esac
        printf '%s\n    status: %s\n' "$legacy_id" "$legacy_word"
    done
}

legacy_kill() {
    legacy_try kill_job "$1"
}

legacy_delete() {
    legacy_try delete_job "$1"
}
