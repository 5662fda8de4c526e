#!/bin/sh
# What state a job is in, derived from the files beside it; forks nothing for a job that ended.
# Arguments: ID, with jobs/ as current directory; read_clock and read_host have run
# Output: variables S_STATE S_ATTEMPT S_EXIT S_REASON S_SUBMITTED S_STARTED S_ENDED S_LEASE S_HOST
#   S_OWNER, "-" where not known; S_ATTEMPT_DIRECTORY, S_CLAIM_FILE and S_NONCE for internal use
# Exit: 1 when there is no such job

look_at_job() {
    S_STATE=- S_ATTEMPT=0 S_EXIT=- S_REASON=- S_SUBMITTED=- S_STARTED=- S_ENDED=-
    S_LEASE=- S_HOST=- S_OWNER=- S_NONCE=- S_CLAIM_FILE=''
    S_PID='' S_PID_START='' S_BOOT='' S_GROUP='' S_SEEN=here S_ATTEMPT_DIRECTORY='' look_next=''
    look_records=./$1/.vt
    if [ -d "$look_records/attempt-1" ]; then
        look_at_attempts "$1"
    elif [ -f "$look_records/claim" ]; then
        look_at_claim "./$1"
    elif [ -f "./$1/status" ]; then
        look_at_old_status "./$1"
    else
        look_at_bare_directory "./$1"
    fi
}

# look_at_attempts ID: the last one counts, and the upload for the next one if it goes on.
look_at_attempts() {
    S_ATTEMPT=1
    count_attempts
    S_ATTEMPT_DIRECTORY=$look_records/attempt-$S_ATTEMPT
    find_exit
    case $S_EXIT in
        '*' | pending) look_at_unfinished ;;
        *) look_at_ended ;;
    esac
    if [ -e "$look_records/claim-$((S_ATTEMPT + 1))" ]; then look_at_next_claim "$1"; fi
}

# count_attempts: S_ATTEMPT, so many there are at least, becomes how often it was started.
count_attempts() {
    while [ -d "$look_records/attempt-$((S_ATTEMPT + 1))" ]; do
        S_ATTEMPT=$((S_ATTEMPT + 1))
    done
}

# find_exit: the word behind exit.*, "*" when there is no such file.
find_exit() {
    for look_file in "$S_ATTEMPT_DIRECTORY"/exit.*; do
        S_EXIT=${look_file##*/exit.}
    done
}

look_at_ended() {
    S_STATE=EXITED
    if [ -f "$S_ATTEMPT_DIRECTORY/acct" ]; then
        read_account <"$S_ATTEMPT_DIRECTORY/acct" || :
    else
        # The disk was full when it ended; the rename left its time in the inode.
        read_start_records
        S_ENDED=$(stat -c %Z -- "$look_file" 2>/dev/null) || S_ENDED=-
    fi
    case $S_EXIT in
        0) S_REASON=ok ;;
        killed) S_REASON=killed S_EXIT=143 ;;
        lost) S_STATE=LOST S_REASON=lost S_EXIT=- ;;
        *) S_REASON=failed ;;
    esac
    [ -e "$look_records/../stage/_stdout" ] || [ "$S_STATE" = LOST ] ||
        has_files "$look_records/../stage" || S_STATE=PURGED
}

# has_files DIRECTORY: anything but directories, which is what a purge leaves.
has_files() {
    for look_file in "$1"/* "$1"/.[!.]* "$1"/..?*; do
        if [ -f "$look_file" ] || [ -L "$look_file" ]; then return 0; fi
        if [ -d "$look_file" ] && has_files "$look_file"; then return 0; fi
    done
    return 1
}

# read_account: dash reads byte by byte, so the list of a thousand jobs leaves the names out.
read_account() {
    read -r S_ENDED S_STARTED S_SUBMITTED look_rest || :
    if [ "$LOOK_CLOSELY" = yes ]; then read -r S_HOST S_OWNER S_NONCE look_rest || :; fi
}

# read_start_records: intent (by whoever submits) and started (by the wrapper).
read_start_records() {
    I_TIME='' I_HOST='' I_BOOT='' S_PID='' S_PID_START='' S_BOOT='' S_GROUP='' S_NONCE=''
    if [ -f "$S_ATTEMPT_DIRECTORY/intent" ]; then
        read -r I_TIME I_HOST I_BOOT S_OWNER S_NONCE look_rest \
            <"$S_ATTEMPT_DIRECTORY/intent" || :
        S_SUBMITTED=${I_TIME:--} S_HOST=${I_HOST:--} S_OWNER=${S_OWNER:--}
    fi
    if [ -f "$S_ATTEMPT_DIRECTORY/started" ]; then
        read -r S_HOST S_BOOT S_PID S_PID_START S_GROUP S_STARTED look_rest \
            <"$S_ATTEMPT_DIRECTORY/started" || :
        S_STARTED=${S_STARTED:--} S_HOST=${S_HOST:--}
    fi
}

look_at_unfinished() {
    S_EXIT=-
    read_start_records
    if [ -n "$S_PID" ]; then
        judge_default
    else
        judge_submitted
    fi
    if [ -e "$S_ATTEMPT_DIRECTORY/cancel" ]; then
        case $S_STATE in SUBMITTING | RUNNING | SUSPECT) S_STATE=CANCELLING ;; esac
    fi
}

# judge_submitted: an intent, and no start. One that a reboot interrupted will never start.
judge_submitted() {
    S_STATE=SUBMITTING
    set_number "$I_TIME" 0
    if [ "$I_HOST" = "$HERE_HOST" ] && is_another_boot "$I_BOOT"; then
        S_STATE=LOST S_REASON=rebooted
    elif [ "$((NOW - NUMBER))" -gt "$LOST_SECONDS" ]; then
        suspect "$S_ATTEMPT_DIRECTORY"
    fi
}

# suspect DIRECTORY: evidence is missing. Every poll in another second leaves a mark; enough
# marks, the first of them old enough, and the job is lost.
suspect() {
    suspect_count=0 suspect_first=$NOW
    for suspect_file in "$1"/suspect.*; do
        [ -e "$suspect_file" ] || continue
        suspect_count=$((suspect_count + 1))
        set_number "${suspect_file##*.}" "$NOW"
        [ "$NUMBER" -ge "$suspect_first" ] || suspect_first=$NUMBER
    done
    S_STATE=SUSPECT
    if [ "$suspect_count" -lt "$LOST_POLLS" ]; then
        [ -e "$1/suspect.$NOW" ] || suspect_count=$((suspect_count + 1))
        [ "$QUEUE_READ_ONLY" = yes ] || make_file "$1/suspect.$NOW" || :
    fi
    if [ "$suspect_count" -ge "$LOST_POLLS" ] &&
        [ "$((NOW - suspect_first))" -ge "$LOST_SECONDS" ] && can_see_processes "$1"; then
        S_STATE=LOST S_REASON=lost
    fi
}

# can_see_processes DIRECTORY: where nobody can, one that is missed may be there; as may that of a
# colleague where the system shows each only his own.
can_see_processes() {
    [ -r "$PROC/1/stat" ] || is_mine "$1" &&
        { [ -r "$PROC/self/stat" ] || [ -n "$(print_process "$$")" ]; }
}

# absolve DIRECTORY: the evidence came back, so the next doubt starts from the beginning.
absolve() {
    for suspect_file in "$1"/suspect.*; do
        [ -e "$suspect_file" ] || continue
        rm -f -- "$1"/suspect.* 2>/dev/null || :
        return 0
    done
}

# look_at_claim JOB: uploading, or given up; staged once the whole payload has its name.
look_at_claim() {
    find_claim
    read_claim
    look_at_upload "$1"
}

look_at_upload() {
    if [ -f "$look_records/manifest" ] && [ -d "$1/stage" ]; then
        set_upload_state STAGED STAGED
    else
        set_upload_state UPLOADING INCOMPLETE
    fi
}

# look_at_next_claim ID: an ended job that is run again. Once its old files were set aside it
# takes the new ones to go on; until then it is what it was when nobody brings them.
look_at_next_claim() {
    case $S_STATE in EXITED | LOST | PURGED) ;; *) return 0 ;; esac
    look_owner=$S_OWNER look_nonce=$S_NONCE
    find_claim
    read_claim
    set_number "$look_time" 0
    if [ -d "$S_ATTEMPT_DIRECTORY/stage" ]; then
        forget_attempt
        look_at_upload "./$1"
    elif [ "$((NOW - NUMBER))" -le "$LEASE_SECONDS" ]; then
        forget_attempt
        set_upload_state UPLOADING UPLOADING
    else
        S_OWNER=$look_owner S_NONCE=$look_nonce
    fi
}

forget_attempt() {
    S_EXIT=- S_REASON=- S_SUBMITTED=- S_STARTED=- S_ENDED=- S_HOST=-
}

# find_claim: S_CLAIM_FILE is the last claim for the attempt after S_ATTEMPT, empty if there is
# none; look_next is the name of the next one.
find_claim() {
    name_first_claim
    S_CLAIM_FILE='' look_number=1 look_base=$look_next
    while [ -f "$look_next" ]; do
        S_CLAIM_FILE=$look_next
        look_number=$((look_number + 1))
        look_next=$look_base.$look_number
    done
}

name_first_claim() {
    look_next=$look_records/claim
    [ "$S_ATTEMPT" -eq 0 ] || look_next=$look_next-$((S_ATTEMPT + 1))
}

# read_claim: sets S_NONCE, look_time and S_OWNER.
read_claim() {
    look_time=''
    read -r S_NONCE look_time S_OWNER look_rest <"$S_CLAIM_FILE" || :
    # Made this instant, it may still be empty.
    [ -n "$look_time" ] || look_time=$(file_time "$S_CLAIM_FILE")
    S_NONCE=${S_NONCE:--} S_OWNER=${S_OWNER:--}
}

# set_upload_state FRESH STALE: by the age of look_time.
set_upload_state() {
    set_number "$look_time" 0
    S_LEASE=$((NOW - NUMBER))
    if [ "$S_LEASE" -gt "$LEASE_SECONDS" ]; then S_STATE=$2; else S_STATE=$1; fi
}

# look_at_bare_directory JOB: claimed this instant, or by a client that died the instant after.
look_at_bare_directory() {
    [ -d "$1" ] || return 1
    look_time=$(file_time "$1")
    set_upload_state UPLOADING INCOMPLETE
}

file_time() {
    stat -c %Y -- "$1" 2>/dev/null || date -r "$1" +%s 2>/dev/null || printf '%s\n' "$NOW"
}
