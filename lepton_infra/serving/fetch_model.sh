#!/bin/sh
# Fetch one version of a model from the object store and verify it before a server may see it.
#
# POSIX sh with the tools of a busybox image, plus rclone. The whole configuration comes in the environment:
#
#   RCLONE_CONFIG_STORE_*   the rclone remote "store", without any secret: the pod's identity is the credential
#   MODEL_SOURCE            folder of the version, store:<bucket>/<model>/<version>
#   MODEL_TARGET            where it goes, <models>/<model>/<version>; appears whole and verified, or not at all
#   MODEL_DIGEST            sha256:<hex> of the version's SHA256SUMS, as the stack file pins it
#   FETCH_DEADLINE_SECONDS  after this long it gives up, so that a store out of reach never hangs a rollout
#
# Exit codes are those of sysexits.h: 64 wrong configuration, 65 the model is not what was pinned, 66 no such model in
# the store, 69 the store was not reached within the deadline, 74 the disk. Prints one line, never a byte of the model.
set -eu
LC_ALL=C
export LC_ALL

fail() {
    code=$1
    shift
    printf 'fetch_model: %s\n' "$*" >&2
    exit "$code"
}

# require NAME VALUE PATTERN ALLOWED: the whole of VALUE must match.
require() {
    [ -n "$2" ] || fail 64 "$1 is empty; allowed: $4"
    printf '%s\n' "$2" | grep -Eqx "$3" || fail 64 "$1 is $2; allowed: $4"
}

require MODEL_SOURCE "${MODEL_SOURCE:-}" 'store:.+' 'store:<bucket>/<model>/<version>'
require MODEL_TARGET "${MODEL_TARGET:-}" '/.+/[0-9]+' 'an absolute path that ends in the version'
require MODEL_DIGEST "${MODEL_DIGEST:-}" 'sha256:[0-9a-f]{64}' \
    'sha256:<64 hex digits>; export the model and put the digest it prints into the stack file'
require FETCH_DEADLINE_SECONDS "${FETCH_DEADLINE_SECONDS:-}" '[1-9][0-9]{0,5}' 'whole seconds from 1'

segment='[A-Za-z0-9_][A-Za-z0-9._-]*'
line="[0-9a-f]{64}  $segment(/$segment)*"
home=$(dirname "$MODEL_TARGET")
# Servers take only folders named by a number for versions, so names with a dot are safe beside them.
staging=$home/.fetching
listed=$home/.listed
present=$home/.present
log=$home/.rclone

# Refuse folder $1 unless its manifest is the pinned one and it holds exactly what that lists. Every verdict is an exit
# status that must be good, so that a tool which breaks refuses too. Called with "|| exit", which turns "set -e" off.
verify() (
    cd "$1" || exit 74
    found=sha256:$(sha256sum SHA256SUMS | cut -d ' ' -f 1)
    [ "$found" = "$MODEL_DIGEST" ] || fail 65 "$MODEL_SOURCE has the digest $found, pinned is $MODEL_DIGEST"
    grep -Ex "$line" SHA256SUMS | cmp -s - SHA256SUMS ||
        fail 65 "SHA256SUMS has another line than '<sha256>  <path in the folder>': $(grep -Evxn "$line" SHA256SUMS | head -n 1)"
    cut -c 67- SHA256SUMS | sort >"$listed" || exit 74
    find . ! -type d ! -path ./SHA256SUMS | cut -c 3- | sort >"$present" || exit 74
    if ! cmp -s "$listed" "$present"; then
        missing=$(grep -Fxv -f "$present" "$listed" | head -n 1)
        [ -z "$missing" ] || fail 65 "$missing is in the manifest but not in $MODEL_SOURCE"
        extra=$(grep -Fxv -f "$listed" "$present" | head -n 1)
        [ -z "$extra" ] || fail 65 "$extra is in $MODEL_SOURCE but not in the manifest"
        fail 65 "$(uniq -d "$listed" | head -n 1) is listed twice in the manifest"
    fi
    links=$(find . ! -type d ! -type f) || exit 74
    [ -z "$links" ] || fail 65 "$links: a link or a special file; a model holds plain files only"
    checked=$(sha256sum -c SHA256SUMS 2>/dev/null) ||
        fail 65 "$(printf '%s\n' "$checked" | grep -v ': OK$' | head -n 1): not the SHA-256 of the manifest"
)

# Copy the version into staging, again and again until it succeeds or the deadline has passed.
fetch() {
    deadline=$(($(date +%s) + FETCH_DEADLINE_SECONDS))
    pause=1
    while left=$((deadline - $(date +%s))) && [ "$left" -gt 0 ]; do
        status=0
        # The last slash says that it is a folder. Else rclone asks for an object of that name first, and an identity
        # that may list only its own prefix gets a refusal instead of "there is none".
        timeout "$left" rclone copy "$MODEL_SOURCE/" "$staging" --config "$home/.no-config" \
            --retries 1 --low-level-retries 3 --contimeout 10s --timeout 60s --log-level ERROR 2>"$log" || status=$?
        case $status in
        0) [ ! -f "$staging/SHA256SUMS" ] || return 0 ;;
        3) ;;
        *)
            [ "$pause" -lt "$left" ] || pause=$left
            sleep "$pause"
            [ "$pause" -ge 16 ] || pause=$((pause * 2))
            continue
            ;;
        esac
        fail 66 "$MODEL_SOURCE has no SHA256SUMS; publish the model there"
    done
    fail 69 "$MODEL_SOURCE was not reached within $FETCH_DEADLINE_SECONDS s: $(tail -n 1 "$log")"
}

if [ ! -d "$MODEL_TARGET" ]; then
    rm -rf "$staging"
    mkdir -p "$staging"
    fetch
    verify "$staging" || exit
    mv "$staging" "$MODEL_TARGET"
else
    # The pod was restarted on its node: what it fetched was verified then, and is verified again before it is served.
    verify "$MODEL_TARGET" || exit
fi
printf 'fetch_model: %s verified as %s\n' "$MODEL_SOURCE" "$MODEL_DIGEST"
