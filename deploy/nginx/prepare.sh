#!/bin/sh
# Runs before nginx: writes the configuration that depends on the environment, and removes the files
# that a killed nginx has left.
set -eu

# A multipart body is slightly larger than its file.
limit=${MAX_UPLOAD_SIZE:-5000000000}
case $limit in
*[!0-9]*)
    echo "MAX_UPLOAD_SIZE must be a whole number of bytes, not $limit" >&2
    exit 1
    ;;
esac
origins=$(printf %s "${CORS_ALLOWED_ORIGINS:-}" | tr , ' ')
case $origins in
*[!]a-z0-9:/.\ [-]*)
    echo "CORS_ALLOWED_ORIGINS must be a list of origins such as https://app.example.com, not $origins" >&2
    exit 1
    ;;
esac
echo "client_max_body_size $((limit + 65536));" >/tmp/upload_limit.conf
# Pages of these origins may also read the errors of nginx. The application sets its own CORS headers.
(
    set -f  # the brackets of an IPv6 address are no pattern
    echo 'map $http_origin $allowed_origin {'
    # shellcheck disable=SC2086  # split into words
    for origin in $(printf '%s\n' $origins | sort -u); do
        echo "    $origin \$http_origin;"
    done
    echo '}'
) >/tmp/allowed_origins.conf
rm -rf /var/spool/nginx/*
