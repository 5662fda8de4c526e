#!/bin/sh
# Beside a running job, in its wrapper: signs of life for machines that cannot see its processes,
# and an ear for their request to end it.
# Arguments: none; reads the variables of wrap.sh
# Output: file ../.vt/attempt-N/beat: TIME HOST
# Exit: 0

# keep_watch: ends with the wrapper. The mark is looked for every 30 s, the file written every 5 min.
keep_watch() {
    nap='' over='' rounds=0
    # The signal may come before the number of the last sleep is known. A new process may miss any
    # signal but KILL.
    trap 'over=yes; kill -s KILL "$nap" 2>/dev/null || :' TERM
    while :; do
        sleep "${VT_LOOK_SECONDS:-30}" &
        nap=$!
        [ -z "$over" ] || kill -s KILL "$nap" 2>/dev/null || :
        wait "$nap" || :
        [ -z "$over" ] || exit 0
        is_process "$$" "$own_start" || exit 0
        if [ -e "$attempt/cancel" ]; then end_cancelled; fi
        rounds=$((rounds + 1))
        [ "$((rounds % 10))" -ne 0 ] || write_record "$attempt/beat" "$(date +%s) $HERE_HOST" || :
    done
}

# end_cancelled: asked from afar; whoever asked here would signal the processes himself.
end_cancelled() {
    trap '' TERM
    kill -s TERM "$$" 2>/dev/null || :
    rounds=0
    while is_process "$$" "$own_start"; do
        if [ "$rounds" -ge "${VT_KILL_SECONDS:-5}" ]; then end_deaf; fi
        sleep 1 || :
        rounds=$((rounds + 1))
    done
    exit 0
}

# end_deaf: a job that does not heed TERM; its end is on record before everything goes at once.
end_deaf() {
    code=143
    write_end killed || exit 0
    if [ "$group" = "$$" ]; then
        kill -s KILL 0
    else
        kill -s KILL "$job" "$$"
    fi
    exit 0
}
