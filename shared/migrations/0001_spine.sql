-- What every service has: events out, events in, events that wait, people, and answers given.

CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    message_id uuid NOT NULL UNIQUE,
    type text NOT NULL,
    key text NOT NULL,
    body text NOT NULL,
    correlation_id text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    sent_at timestamptz
) WITH (autovacuum_vacuum_scale_factor = 0.02, fillfactor = 80);
CREATE INDEX outbox_unsent ON outbox (id) WHERE sent_at IS NULL;
CREATE INDEX outbox_sent ON outbox (sent_at) WHERE sent_at IS NOT NULL;
CREATE INDEX outbox_correlation ON outbox (correlation_id);

CREATE TABLE inbox (
    message_id uuid PRIMARY KEY,
    correlation_id text NOT NULL,
    type text NOT NULL,
    digest bytea NOT NULL,
    handled_at timestamptz NOT NULL DEFAULT now(),
    ms real
) WITH (autovacuum_vacuum_scale_factor = 0.02);
CREATE INDEX inbox_handled ON inbox (handled_at);
CREATE INDEX inbox_correlation ON inbox (correlation_id);

-- Waiting (dead_at null): the oldest of each key is tried again at next_try_at, later ones of
-- the key wait behind it. Dead: shown to the operator, kept 90 days.
CREATE TABLE parked (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    message_id text NOT NULL,
    type text NOT NULL,
    key text NOT NULL,
    body bytea NOT NULL,
    correlation_id text NOT NULL,
    sender text,
    error text NOT NULL,
    attempts int NOT NULL,
    parked_at timestamptz NOT NULL,
    next_try_at timestamptz NOT NULL,
    dead_at timestamptz,
    -- A message that nobody can read has no claim in the inbox: this keeps it single.
    digest bytea NOT NULL,
    UNIQUE (message_id, digest)
);
CREATE INDEX parked_waiting ON parked (key, id) WHERE dead_at IS NULL;
CREATE INDEX parked_dead ON parked (dead_at) WHERE dead_at IS NOT NULL;
CREATE INDEX parked_correlation ON parked (correlation_id);

-- Messages that came back more than once: how often their handling ended with the process.
CREATE TABLE suspects (
    message_id uuid PRIMARY KEY,
    deaths int NOT NULL,
    last_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE people (
    person_id uuid PRIMARY KEY,
    version bigint NOT NULL,
    name text NOT NULL DEFAULT '',
    roles text[] NOT NULL DEFAULT '{}',
    locale text NOT NULL DEFAULT 'ru',
    zone text NOT NULL DEFAULT 'Europe/Moscow',
    telegram_id bigint,
    github_id bigint,
    github_login text,
    stepik_id bigint,
    deleted boolean NOT NULL DEFAULT false
);
CREATE INDEX people_telegram ON people (telegram_id) WHERE telegram_id IS NOT NULL;
CREATE INDEX people_github ON people (github_id) WHERE github_id IS NOT NULL;

-- Answers given to requests that carried an Idempotency-Key.
CREATE TABLE once (
    caller text NOT NULL,
    key text NOT NULL,
    digest bytea NOT NULL,
    answer jsonb,
    asked_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (caller, key)
);
CREATE INDEX once_asked ON once (asked_at);

-- Which keys sign identities, as auth last told them, so that a service starts without auth.
CREATE TABLE known_keys (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    keys jsonb NOT NULL,
    told_at timestamptz NOT NULL DEFAULT now()
);
