#!/bin/sh
# Runs before nginx: what cannot stand in a fixed configuration, and what a killed nginx left.
set -eu

# A multipart body is a little larger than its file.
limit=${MAX_UPLOAD_SIZE:-5000000000}
case $limit in
*[!0-9]*)
    echo "MAX_UPLOAD_SIZE must be a whole number, not $limit" >&2
    exit 1
    ;;
esac
origins=$(printf %s "${CORS_ALLOWED_ORIGINS:-}" | tr , ' ')
case $origins in
*[!]a-z0-9:/.\ [-]*)
    echo "CORS_ALLOWED_ORIGINS must be origins like https://app.example.com, not $origins" >&2
    exit 1
    ;;
esac
echo "client_max_body_size $((limit + 65536));" >/tmp/upload_limit.conf
# Their pages may also read what nginx answers itself; what the application answers says so.
(
    set -f  # a number of IPv6 is no pattern
    echo 'map $http_origin $allowed_origin {'
    # shellcheck disable=SC2086  # words
    for origin in $(printf '%s\n' $origins | sort -u); do
        echo "    $origin \$http_origin;"
    done
    echo '}'
) >/tmp/allowed_origins.conf
rm -rf /var/spool/nginx/*
