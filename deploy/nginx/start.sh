#!/bin/sh
# Fills in nginx.conf.template from the environment and becomes nginx. Any nginx will do, by any
# user: the official image, Debian's, the tests' own.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
run=${NGINX_RUN:-/tmp/nginx}
url=${PUBLIC_URL:-http://localhost:8080}
url=${url%/}
host=${url#*://}
scheme=${url%%://*}
webhook=${WEBHOOK_PATH:-/hooks/telegram}
trusted=""
transport=""

refuse() {
    echo "$1" >&2
    exit 1
}

# What is filled in below must stay what it is: one name, one address.
case $scheme in http | https) ;; *) refuse "PUBLIC_URL: must start with http:// or https://" ;; esac
case $host in "" | *[!A-Za-z0-9.:_-]*) refuse "PUBLIC_URL: must be an address without a path" ;; esac
case $webhook in
    *[!A-Za-z0-9/_-]* | *//* | / | [!/]*) refuse "WEBHOOK_PATH: must be of letters, digits, - and _" ;;
esac
case $webhook/ in
    /hooks/github/* | /sync/* | /mail/* | /school/* | /bot/* | /login/* | /register/* | /logout/* | \
        /me/* | /people/* | /users/accounts/* | /static/* | /healthz/* | /readyz/* | /_check/* | \
        /_error/* | /_able/* | /internal/* | /metrics/*)
        refuse "WEBHOOK_PATH: something else is served there"
        ;;
esac
for proxy in ${TRUSTED_PROXIES:-}; do
    case $proxy in *[!0-9a-fA-F.:/]*) refuse "TRUSTED_PROXIES: $proxy is no address" ;; esac
    trusted="$trusted set_real_ip_from $proxy;"
done
[ -z "$trusted" ] || trusted="$trusted real_ip_header X-Forwarded-For; real_ip_recursive on;"

# Who came by TLS once is to come so again.
[ "$scheme" = http ] || transport="max-age=31536000"

mkdir -p "$run"
sed \
    -e "s|@HOST@|$host|g" \
    -e "s|@SCHEME@|$scheme|g" \
    -e "s|@WEBHOOK@|$webhook|g" \
    -e "s|@TRANSPORT@|$transport|g" \
    -e "s|@TRUSTED@|$trusted|g" \
    -e "s|@RUN@|$run|g" \
    -e "s|@LISTEN@|${NGINX_LISTEN:-8080}|g" \
    -e "s|@RESOLVER@|${NGINX_RESOLVER:-127.0.0.11}|g" \
    -e "s|@SERVICE_PORT@|${SERVICE_PORT:-8000}|g" \
    -e "s|@ERRORS@|$here/errors|g" \
    -e "s|@SHARED@|$here/../../shared|g" \
    "$here/nginx.conf.template" >"$run/nginx.conf"

exec nginx -e stderr -c "$run/nginx.conf" -g "daemon off;"
