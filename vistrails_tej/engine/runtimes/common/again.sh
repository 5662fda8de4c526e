#!/bin/sh
# Run again: the files of an attempt that has ended are kept with it, and come back when the next
# attempt does not come about. Every step is one rename, so that it can be taken up anywhere.
# Arguments: ID [NONCE ...], with jobs/ as current directory; S_ATTEMPT is the attempt that ended
# Output: the words of a failure
# Exit: give_up_claim exits with its CODE; 21 the claim is somebody else's by now, 22 deleted

# set_aside ID NONCE: makes room for the next stage/; 1 when the system refused.
set_aside() {
    aside=./$1/.vt/attempt-$S_ATTEMPT
    # What was lost stays lost: of this and a late end of the job, one is on record.
    mv -- "$aside/exit.pending" "$aside/exit.lost" 2>/dev/null || :
    if [ -f "./$1/.vt/manifest" ] && [ ! -e "$aside/manifest" ]; then
        mv -- "./$1/.vt/manifest" "$aside/manifest" || return 1
    fi
    if [ -d "$aside/stage" ]; then
        # A client that was stopped here got as far as this, or further.
        throw_away "./$1/stage" "$2" || return 1
    elif [ -d "./$1/stage" ]; then
        mv -- "./$1/stage" "$aside/stage" || return 1
    else
        mkdir -- "$aside/stage" || return 1
    fi
}

# throw_away PATH NONCE: at once, while the trash is emptied. On a full disk there may be no room for
# a new directory, and another client may empty the trash this moment.
throw_away() {
    for throw_try in 1 2 3; do
        [ -e "$1" ] || return 0
        make_trash "/$2.gone" || break
        if mv -- "$1" "$QUEUE/vt/trash/$2.gone/" 2>/dev/null; then return 0; fi
    done
    rm -rf -- "$1"
}

# give_up_claim ID NONCE CODE [WORDS]: nothing half-done keeps the id; the place is free at once.
give_up_claim() {
    [ -d "./$1" ] || fail 22
    if [ "$claim_written" = yes ]; then is_claimed_by "$2" && seal_claim || fail 21; fi
    if [ "$S_ATTEMPT" -gt 0 ]; then
        undo_again "$1" "$2"
    else
        make_trash && mv -- "./$1" "$QUEUE/vt/trash/$2.gone" 2>/dev/null || rm -rf -- "./$1"
    fi
    empty_trash
    shift 2
    fail "$@"
}

# undo_again ID NONCE: the job is again what it was before. The new attempt goes first: without
# it, what is left at any moment is an upload that the next client takes over.
undo_again() {
    undo_last=./$1/.vt/attempt-$S_ATTEMPT
    throw_away "./$1/.vt/attempt-$((S_ATTEMPT + 1))" "$2" || :
    throw_away "./$1/stage.part.$2" "$2" || :
    if [ -d "$undo_last/stage" ] && throw_away "./$1/stage" "$2"; then
        throw_away "./$1/.vt/manifest" "$2" || :
        [ ! -e "$undo_last/manifest" ] || mv -- "$undo_last/manifest" "./$1/.vt/manifest" || :
        mv -- "$undo_last/stage" "./$1/stage" || :
    fi
    # Why it was lost is told by its records, as long as its end is open. Adopted ones have none.
    [ ! -f "$undo_last/intent" ] ||
        mv -- "$undo_last/exit.lost" "$undo_last/exit.pending" 2>/dev/null || :
    if [ "$claim_written" = no ]; then
        rm -f -- "$claim_file"
    elif printf '%s 0 %s\n' "$2" "${S_OWNER:--}" >"$S_CLAIM_FILE.new" 2>/dev/null; then
        # Made old, not removed: one that somebody adds this moment is counted from it.
        mv -f -- "$S_CLAIM_FILE.new" "$S_CLAIM_FILE" || :
    else
        rm -f -- "$S_CLAIM_FILE"* || :
    fi
}

# adopt_old_job ID: one that tej 0.6 started gets records like ours, of what its status file says.
adopt_old_job() {
    [ ! -d "./$1/.vt/attempt-1" ] || return 0
    make_nonce
    adopt_new=./$1/.vt/adopted.$NONCE
    mkdir -p -- "$adopt_new" || fail 18
    adopt_exit=$S_EXIT
    case $S_STATE.$S_EXIT in LOST.* | *.-) adopt_exit=lost ;; esac
    write_file "$adopt_new/acct" "$S_ENDED $S_STARTED $S_SUBMITTED$NEWLINE- -" || fail 18
    make_file "$adopt_new/exit.$adopt_exit" || fail 18
    rename_to "$adopt_new" "./$1/.vt/attempt-1" || [ -d "./$1/.vt/attempt-1" ] || fail 18
}
