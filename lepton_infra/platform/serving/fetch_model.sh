#!/bin/sh
# Fetch one version of a model, from a cache or the object store, and verify it before a server may see it.
#
# POSIX sh with the tools of a busybox image, plus rclone. The whole configuration comes in the environment:
#
#   RCLONE_CONFIG_STORE_*   the rclone remote "store", without any secret: the pod's identity is the credential
#   MODEL_SOURCE            folder of the version, store:<bucket>/<model>/<version>
#   MODEL_TARGET            where it goes, <models>/<model>/<version>; appears whole and verified, or not at all
#   MODEL_DIGEST            sha256:<hex> of the version's SHA256SUMS, as the stack file pins it
#   FETCH_DEADLINE_SECONDS  after this long it gives up, so that a store out of reach never hangs a rollout
#   BATCHING_DEFAULT        how a server batches requests if the model does not say it in its own batching_params.pbtxt
#   BATCHING_TARGET         where the server reads it: the model's own, once it is verified, or the default
#   MODEL_CACHE             http://<host>:<port> of a cache that has the model's versions as its folders; empty for none
#   CACHE_DEADLINE_SECONDS  how long the cache is tried, once; needed if there is one
#
# The cache is not trusted: what comes from it is verified as what comes from the store is, and whatever is wrong with it,
# it is passed over for the store.
#
# Exit codes are those of sysexits.h: 64 wrong configuration, 65 the model is not what was pinned, 66 no such model in
# the store, 69 the store was not reached within the deadline, 74 the disk. Prints one line, and another if the cache was
# passed over; never a byte of the model.
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
require BATCHING_DEFAULT "${BATCHING_DEFAULT:-}" '/.+' 'an absolute path'
require BATCHING_TARGET "${BATCHING_TARGET:-}" '/.+' 'an absolute path'
if [ -n "${MODEL_CACHE:-}" ]; then
    require MODEL_CACHE "$MODEL_CACHE" 'http://[a-z0-9.-]+(:[0-9]{1,5})?' 'http://<host>:<port>'
    require CACHE_DEADLINE_SECONDS "${CACHE_DEADLINE_SECONDS:-}" '[1-9][0-9]{0,5}' 'whole seconds from 1'
fi

segment='[A-Za-z0-9_][A-Za-z0-9._-]*'
line="[0-9a-f]{64}  $segment(/$segment)*"
home=$(dirname "$MODEL_TARGET")
# Servers take only folders named by a number for versions, so names with a dot are safe beside them.
staging=$home/.fetching
listed=$home/.listed
present=$home/.present
log=$home/.rclone

# Refuse folder $1, which came from $2, unless its manifest is the pinned one and it holds exactly what that lists. Every
# verdict is an exit status that must be good, so that a tool which breaks refuses too. Called with "|| exit", which turns
# "set -e" off.
verify() (
    cd "$1" || exit 74
    found=sha256:$(sha256sum SHA256SUMS | cut -d ' ' -f 1)
    [ "$found" = "$MODEL_DIGEST" ] || fail 65 "$2 has the digest $found, pinned is $MODEL_DIGEST"
    grep -Ex "$line" SHA256SUMS | cmp -s - SHA256SUMS ||
        fail 65 "SHA256SUMS has another line than '<sha256>  <path in the folder>': $(grep -Evxn "$line" SHA256SUMS | head -n 1)"
    cut -c 67- SHA256SUMS | sort >"$listed" || exit 74
    find . ! -type d ! -path ./SHA256SUMS | cut -c 3- | sort >"$present" || exit 74
    if ! cmp -s "$listed" "$present"; then
        missing=$(grep -Fxv -f "$present" "$listed" | head -n 1)
        [ -z "$missing" ] || fail 65 "$missing is in the manifest but not in $2"
        extra=$(grep -Fxv -f "$listed" "$present" | head -n 1)
        [ -z "$extra" ] || fail 65 "$extra is in $2 but not in the manifest"
        fail 65 "$(uniq -d "$listed" | head -n 1) is listed twice in the manifest"
    fi
    links=$(find . ! -type d ! -type f) || exit 74
    [ -z "$links" ] || fail 65 "$links: a link or a special file; a model holds plain files only"
    checked=$(sha256sum -c SHA256SUMS 2>/dev/null) ||
        fail 65 "$(printf '%s\n' "$checked" | grep -v ': OK$' | head -n 1): not the SHA-256 of the manifest"
)

count='[1-9][0-9]{0,6}'
switch='(true|false)'
parameter="#.*|(max_batch_size|max_enqueued_batches|max_execution_batch_size) \{ value: $count \}"
parameter="$parameter|batch_timeout_micros \{ value: (0|$count) \}|num_batch_threads \{ value: [1-9][0-9]{0,2} \}"
parameter="$parameter|enable_large_batch_splitting \{ value: $switch \}"
parameter="$parameter|allowed_batch_sizes: $count|pad_variable_length_inputs: $switch"

# Put the batching parameters where the server reads them: those of verified folder $1, or the default. Only lines pass
# that are a number or a switch of batching, each once, so that a model can set nothing else and break no parser.
batching() {
    own=$1/batching_params.pbtxt
    if [ ! -f "$own" ]; then
        own=$BATCHING_DEFAULT
    else
        # Compared as a whole: of a file that it takes for binary, grep may say nothing.
        grep -Ex "$parameter" "$own" 2>/dev/null | cmp -s - "$own" ||
            fail 65 "batching_params.pbtxt has a line that no model may set: $(grep -Evxn "$parameter" "$own" 2>/dev/null | head -n 1 | cut -d : -f 1 | tr -dc 0-9)"
        twice=$(sed -n 's/^\([a-z_]*\)[: ].*/\1/p' "$own" | grep -Fxv allowed_batch_sizes | sort | uniq -d | head -n 1)
        [ -z "$twice" ] || fail 65 "batching_params.pbtxt: has $twice twice"
    fi
    cp "$own" "$BATCHING_TARGET" 2>/dev/null || fail 74 "$BATCHING_TARGET cannot be written"
}

# The last error in rclone's log, without what may follow it on lines of its own: a page to visit, at the very end.
noted() {
    grep -E '^[0-9]{4}/[0-9]{2}/[0-9]{2} ' "$log" | tail -n 1
}

# Copy the version from the cache into staging and verify it there. Says why not, and is false, if there is anything wrong.
from_cache() {
    [ -n "${MODEL_CACHE:-}" ] || return 1
    origin=$MODEL_CACHE/$(basename "$MODEL_TARGET")
    status=0
    RCLONE_CONFIG_CACHE_TYPE=http RCLONE_CONFIG_CACHE_URL=$MODEL_CACHE/ \
        timeout "$CACHE_DEADLINE_SECONDS" rclone copy "cache:$(basename "$MODEL_TARGET")/" "$staging" \
        --config "$home/.no-config" --retries 1 --low-level-retries 1 --contimeout 5s --timeout 60s \
        --log-level ERROR 2>"$log" || status=$?
    if [ "$status" -eq 0 ]; then
        found=$(verify "$staging" "$origin" 2>&1) && return 0
    else
        found="$origin was not fetched ($status): $(noted)"
    fi
    printf 'fetch_model: passing over the cache: %s\n' "$(printf '%s\n' "${found#fetch_model: }" | tail -n 1)"
    rm -rf "$staging"
    mkdir -p "$staging"
    return 1
}

# Copy the version from the store into staging, again and again until it succeeds or the deadline has passed.
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
    fail 69 "$MODEL_SOURCE was not reached within $FETCH_DEADLINE_SECONDS s: $(noted)"
}

if [ ! -d "$MODEL_TARGET" ]; then
    rm -rf "$staging"
    mkdir -p "$staging"
    if ! from_cache; then
        fetch
        verify "$staging" "$MODEL_SOURCE" || exit
    fi
    batching "$staging"
    mv "$staging" "$MODEL_TARGET"
else
    # The pod was restarted on its node: what it fetched was verified then, and is verified again before it is served.
    verify "$MODEL_TARGET" "$MODEL_TARGET" || exit
    batching "$MODEL_TARGET"
fi
printf 'fetch_model: %s verified as %s\n' "$MODEL_SOURCE" "$MODEL_DIGEST"
