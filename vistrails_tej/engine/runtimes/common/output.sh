#!/bin/sh
# What a job wrote: a directory as a tar stream, the end of a file, or a part of it.
# Arguments: PATH ID NAME [LIMIT]; NAME is relative to the stage directory, LIMIT in bytes;
#   PATH ID NAME FROM LIMIT for job_read, where the first byte is 1
# Output: the bytes
# Exit: 3 no such job, 5 no such file or directory

enter_stage() {
    check_id "$2"
    enter_queue "$1"
    [ -d "./$2" ] || fail 3
    cd -- "./$2/stage" 2>/dev/null || fail 5
}

job_pack() {
    enter_stage "$@"
    [ -d "./$3" ] || fail 5
    # 1 says that a file changed while it was read, as the files of a running job do.
    tar -c -f - -C "./$3" . || [ "$?" -eq 1 ]
}

job_tail() {
    enter_stage "$@"
    [ -f "./$3" ] && [ -r "./$3" ] || fail 5
    tail -c "$4" -- "./$3"
}

# Nothing where the file is not that long.
job_read() {
    enter_stage "$@"
    [ -f "./$3" ] && [ -r "./$3" ] || fail 5
    tail -c "+$4" -- "./$3" | head -c "$5"
}
