#!/bin/bash
# The broker's start, before the image's own: gives each user of definitions.json the password that
# stands in .env. What the broker is given holds a salted hash of it.
set -euo pipefail

here=$(dirname "${BASH_SOURCE[0]}")
definitions=${RABBITMQ_DEFINITIONS:-/etc/rabbitmq/definitions.json}

bytes() {
    printf '%b' "$(sed 's/../\\x&/g' <<<"$1")"
}

# As RabbitMQ keeps it: base64 of four bytes of salt and SHA-256 of the salt and the password.
hash_of() {
    local salt digest
    salt=$(head -c 4 /dev/urandom | od -An -tx1 | tr -d ' \n')
    digest=$({ bytes "$salt" && printf '%s' "$1"; } | sha256sum | cut -c 1-64)
    bytes "$salt$digest" | base64 -w 0
}

told=$(<"$here/definitions.json")
for service in auth sync mail school bot; do
    name=RABBITMQ_PASSWORD_${service^^}
    if [[ -z ${!name:-} ]]; then
        echo "start: $name is not set in .env" >&2
        exit 1
    fi
    nobody="\"parta_$service\", \"password_hash\": \"\""
    told=${told/"$nobody"/"${nobody%\"\"}\"$(hash_of "${!name}")\""}
    unset "$name" # nothing that runs from here on needs it
done
printf '%s\n' "$told" >"$definitions"

exec "$@"
