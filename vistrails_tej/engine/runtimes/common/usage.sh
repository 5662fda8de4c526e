#!/bin/sh
# How much room the jobs of a queue take, as far as they can be read, and how much is left.
# Arguments: PATH
# Output: "used BYTES"; "free BYTES" where the system tells
# Exit: 10 no queue

queue_usage() {
    enter_queue "$1"
    usage_line=$(du -sk . 2>/dev/null | tail -n 1) || :
    set_number "${usage_line%%[!0123456789]*}" 0
    printf 'used %s\n' "$((NUMBER * 1024))"
    read_free_space
    if [ -n "$SPACE_FREE" ]; then printf 'free %s\n' "$((SPACE_FREE * 1024))"; fi
}
