#!/bin/sh
# What a job wrote: a list of its files, a directory as a tar stream, the end of a file, a part of it.
# Arguments: PATH ID NAME [LIMIT]; NAME is relative to the stage directory, LIMIT in bytes;
#   PATH ID NAME FROM LIMIT for job_read, where the first byte is 1;
#   PATH ID LIMIT for job_files, where LIMIT is a number of files
# Output: the bytes; for job_files lines "file SIZE SECONDS NAME", at last "end COUNT"
# Exit: 3 no such job, 5 no such file or directory

enter_stage() {
    check_id "$2"
    enter_queue "$1"
    [ -d "./$2" ] || fail 3
    cd -- "./$2/stage" 2>/dev/null || fail 5
}

# Links count as what they lead to, but links to directories, which may lead in circles, are left
# out; so are names of several lines, which no line can hold.
job_files() {
    enter_stage "$@"
    files_most=$3 files_count=0
    list_files .
    printf 'end %s\n' "$files_count"
}

list_files() {
    for files_path in "$1"/* "$1"/.[!.]* "$1"/..?*; do
        case $files_path in *"$NEWLINE"*) continue ;; esac
        if [ -f "$files_path" ]; then
            [ "$files_count" -lt "$files_most" ] || return 0
            files_count=$((files_count + 1))
            files_facts=$(stat -L -c '%s %Y' -- "$files_path" 2>/dev/null) || files_facts='- -'
            printf 'file %s %s\n' "$files_facts" "${files_path#./}"
        elif [ -d "$files_path" ] && [ ! -L "$files_path" ]; then
            list_files "$files_path"
        fi
    done
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
