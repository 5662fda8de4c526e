#!/bin/sh
# What doctor asks a server; joined to the functions of a queue, which it uses.
# Arguments: none, this file only defines functions
# Output: lines "KEY VALUE", read by checks of ../doctor
# Exit: 0; those of find_queue where a PATH is given

# doctor_programs NAME...: which of them are there.
doctor_programs() {
    for doctor_name in "$@"; do
        if command -v "$doctor_name" >/dev/null 2>&1; then
            printf 'have %s\n' "$doctor_name"
        else
            printf 'lack %s\n' "$doctor_name"
        fi
    done
    printf 'path %s\n' "$PATH"
}

# doctor_place PATH: DOCTOR_PLACE is the queue's directory, or the nearest one above that is there.
doctor_place() {
    find_queue "$1"
    DOCTOR_PLACE=$QUEUE
    while [ ! -d "$DOCTOR_PLACE" ]; do
        case $DOCTOR_PLACE in
            /*/*) DOCTOR_PLACE=${DOCTOR_PLACE%/*} ;;
            *) DOCTOR_PLACE=/ ;;
        esac
    done
    printf 'place %s\n' "$DOCTOR_PLACE"
}

# doctor_space PATH: free kilobytes and free inodes; a number is left out where df does not say.
doctor_space() {
    doctor_place "$1"
    df -P -k -- "$DOCTOR_PLACE" 2>/dev/null | {
        read -r _ || :
        read -r _ _ _ doctor_free _ || exit 0
        printf 'free %s\n' "$doctor_free"
    }
    df -P -i -- "$DOCTOR_PLACE" 2>/dev/null | {
        read -r _ || :
        read -r _ doctor_total _ doctor_free _ || exit 0
        printf 'inodes %s of %s\n' "$doctor_free" "$doctor_total"
    }
}

# doctor_file_system PATH: what jobs rely on, tried in a scratch directory that is removed again.
doctor_file_system() {
    doctor_place "$1"
    doctor_scratch=$DOCTOR_PLACE/.tej-doctor-$(date +%s)-$$
    if ! mkdir -- "$doctor_scratch"; then
        printf 'mkdir no\n'
        return 0
    fi
    trap 'cd / && rm -rf -- "$doctor_scratch"' EXIT
    trap 'exit 1' HUP TERM
    cd -- "$doctor_scratch" || exit 1
    doctor_try mkdir doctor_mkdir
    doctor_try rename doctor_rename
    doctor_try exclusive doctor_exclusive
    doctor_try execute doctor_execute
}

doctor_try() {
    if ( "$2" ) >/dev/null 2>&1; then printf '%s yes\n' "$1"; else printf '%s no\n' "$1"; fi
}

# Of several at once just one may succeed: that is how a job is claimed.
doctor_mkdir() {
    mkdir winners || exit 1
    for doctor_number in 1 2 3 4 5 6 7 8; do
        { mkdir claim 2>/dev/null && mkdir "winners/$doctor_number"; } &
    done
    wait
    set -- winners/*
    [ "$#" -eq 1 ] && [ -d "$1" ]
}

doctor_rename() {
    printf 'old\n' >file && printf 'new\n' >file.new && mv -f -- file.new file || exit 1
    read -r doctor_text <file || exit 1
    [ "$doctor_text" = new ] && [ ! -e file.new ] || exit 1
    mkdir directory && mv -- directory moved && [ -d moved ] && [ ! -e directory ]
}

doctor_exclusive() {
    set -C
    printf 'first\n' >exclusive || exit 1
    ! ( printf 'second\n' >exclusive ) 2>/dev/null
}

doctor_execute() {
    printf '#!/bin/sh\nexit 7\n' >program && chmod u+x program || exit 1
    ./program || [ "$?" -eq 7 ]
}

doctor_schedulers() {
    for doctor_name in sbatch qsub bsub; do
        doctor_path=$(command -v "$doctor_name" 2>/dev/null) || continue
        printf '%s %s\n' "$doctor_name" "$doctor_path"
        case $doctor_name in
            sbatch) doctor_first version sbatch --version ;;
            qsub) doctor_first version qstat --version; doctor_first help qstat -help ;;
            bsub) doctor_first version bsub -V ;;
        esac
    done
}

doctor_first() {
    doctor_key=$1
    shift
    "$@" 2>&1 | {
        read -r doctor_line || :
        printf '%s_%s %s\n' "$doctor_name" "$doctor_key" "$doctor_line"
        cat >/dev/null
    }
}

# doctor_start: a process that lives as a job does; it ends by itself after two minutes.
doctor_start() {
    (
        trap '' HUP
        exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
        start_in_session sleep 120 </dev/null >/dev/null 2>&1 &
        read_process "$!" || P_START=-
        printf 'process %s %s\n' "$!" "${P_START:--}"
    )
    read_host
    printf 'host %s\n' "$HERE_HOST"
}

# doctor_look PID START: is it still there, some seconds after we left? It is ended here.
doctor_look() {
    read_host
    printf 'host %s\n' "$HERE_HOST"
    for doctor_number in 1 2; do
        is_process "$1" "$2" || break
        sleep 1
    done
    if is_process "$1" "$2"; then
        printf 'alive yes\n'
        kill -s TERM "$1" || kill -s KILL "$1" || :
    else
        printf 'alive no\n'
    fi
    doctor_logind
}

# doctor_logind: what systemd was told about processes that stay behind.
doctor_logind() {
    for doctor_file in /etc/systemd/logind.conf /etc/systemd/logind.conf.d/*.conf; do
        [ -r "$doctor_file" ] || continue
        while read -r doctor_line; do
            case $doctor_line in
                KillUserProcesses=*) printf 'logind %s\n' "${doctor_line#*=}" ;;
            esac
        done <"$doctor_file"
    done
}

# doctor_start_up_files TEXT: those that print TEXT, and those that print anything.
doctor_start_up_files() {
    for doctor_file in "$HOME"/.bashrc "$HOME"/.bash_profile "$HOME"/.profile "$HOME"/.zshenv \
        "$HOME"/.zshrc "$HOME"/.cshrc "$HOME"/.tcshrc "$HOME"/.login \
        "$HOME"/.config/fish/config.fish "$HOME"/.config/fish/conf.d/*.fish "$HOME"/.kshrc \
        "$HOME"/.ssh/rc "$HOME"/.ssh/environment /etc/bash.bashrc /etc/bashrc /etc/zsh/zshenv \
        /etc/zshenv /etc/csh.cshrc /etc/fish/config.fish /etc/ssh/sshrc; do
        if ! [ -f "$doctor_file" ] || ! [ -r "$doctor_file" ]; then
            continue
        elif grep -F -e "$1" "$doctor_file" >/dev/null 2>&1; then
            printf 'says %s\n' "$doctor_file"
        elif grep -E '(^|[;&{( ])(echo|printf|cat|fortune|neofetch|date)( |$)' "$doctor_file" \
            >/dev/null 2>&1; then
            printf 'prints %s\n' "$doctor_file"
        fi
    done
}

# doctor_queue PATH: who made it.
doctor_queue() {
    find_queue "$1"
    if [ -e "$QUEUE/vt/current" ]; then printf 'maker vistrails_tej\n'; fi
}
