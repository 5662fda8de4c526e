#!/bin/sh
# Whether a payload can fit, as far as the server tells.
# Arguments: BYTES, with jobs/ as current directory
# Output: "need BYTES", "free BYTES" and "limit disk" or "limit quota" when it cannot
# Exit: 23 no space

# A quota may be asked of another machine, so small payloads do without.
QUOTA_FROM_BYTES=262144

check_space() {
    set_number "$1" 0
    space_need=$NUMBER
    [ "$space_need" -gt 0 ] || return 0
    read_free_space
    if [ "$space_need" -ge "$QUOTA_FROM_BYTES" ]; then read_quota; fi
    [ -n "$SPACE_FREE" ] || return 0
    [ "$(((space_need + 1023) / 1024))" -le "$SPACE_FREE" ] || fail 23 "$(describe_space)"
}

describe_space() {
    printf 'need %s\nfree %s\nlimit %s\n' "$space_need" "$((SPACE_FREE * 1024))" "$SPACE_LIMIT"
}

# read_free_space: sets SPACE_FREE in units of 1024 bytes, empty when df does not tell.
read_free_space() {
    SPACE_FREE='' SPACE_LIMIT=disk SPACE_DEVICE=''
    space_line=$(df -Pk . 2>/dev/null | tail -n 1) || return 0
    SPACE_DEVICE=${space_line%%' '*}
    # Names on both sides may hold blanks; what is free stands before the share that is used.
    space_line=${space_line%%'%'*}
    space_line=${space_line%' '*}
    while [ "$space_line" != "${space_line%' '}" ]; do
        space_line=${space_line%' '}
    done
    set_number "${space_line##*' '}" ''
    SPACE_FREE=$NUMBER
}

# read_quota: lowers SPACE_FREE to what the quota of this user leaves on that device.
read_quota() {
    [ -n "$SPACE_DEVICE" ] && command -v quota >/dev/null 2>&1 || return 0
    command -v timeout >/dev/null 2>&1 || return 0
    space_left=$(timeout 5 quota -w 2>/dev/null | read_quota_lines) || return 0
    set_number "$space_left" ''
    [ -n "$NUMBER" ] || return 0
    if [ -z "$SPACE_FREE" ] || [ "$NUMBER" -lt "$SPACE_FREE" ]; then
        SPACE_FREE=$NUMBER SPACE_LIMIT=quota
    fi
}

# Device, blocks in use (with a star when over), soft limit, hard limit; 0 is no limit.
read_quota_lines() {
    while read -r quota_device quota_used quota_soft quota_hard quota_rest; do
        [ "$quota_device" = "$SPACE_DEVICE" ] || continue
        set_number "${quota_used%'*'}" ''
        quota_used=$NUMBER
        set_number "$quota_hard" 0
        [ -n "$quota_used" ] && [ "$NUMBER" -gt 0 ] || continue
        quota_left=$((NUMBER - quota_used))
        [ "$quota_left" -ge 0 ] || quota_left=0
        printf '%s\n' "$quota_left"
        return 0
    done
}

# is_disk_full: after something could not be written.
is_disk_full() {
    space_need=0
    read_free_space
    [ -n "$SPACE_FREE" ] && [ "$SPACE_FREE" -lt 64 ]
}
