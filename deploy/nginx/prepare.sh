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
echo "client_max_body_size $((limit + 65536));" >/tmp/upload_limit.conf
rm -rf /var/spool/nginx/*
