#!/bin/sh
# Run once by the postgres image, on an empty volume: a role a service, each with its own password.
# What a role may do is given by the migrations, which make its schema.
set -eu

services="auth sync mail school bot"
# A replica holds up to nine: however many one service has, its neighbours get theirs. All five
# together stay under max_connections in docker-compose.yaml.
most_connections=50

password_of() {
    echo "POSTGRES_PASSWORD_$(echo "$1" | tr '[:lower:]' '[:upper:]')"
}

sql() {
    psql --quiet --no-psqlrc --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname="$POSTGRES_DB"
}

# All of them before the first role: a volume that is half made is not begun again.
for service in $services; do
    name=$(password_of "$service")
    if [ -z "$(printenv "$name")" ]; then
        echo "init: $name is not set in .env" >&2
        exit 1
    fi
done

# The password goes from the environment into a variable of psql, which quotes it: it is in no
# command line, which all processes could read.
for service in $services; do
    sql <<SQL
\\getenv password $(password_of "$service")
CREATE ROLE "parta_$service" LOGIN PASSWORD :'password' CONNECTION LIMIT $most_connections;
GRANT CONNECT ON DATABASE "$POSTGRES_DB" TO "parta_$service";
SQL
done

# Nobody else comes in, and nobody puts tables where all can.
sql <<SQL
REVOKE ALL ON DATABASE "$POSTGRES_DB", postgres, template1 FROM PUBLIC;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
SQL
