-- Chats: who works on one just now, and whether Telegram lets us write there.
CREATE TABLE chats (
    chat_id bigint PRIMARY KEY,
    lease_owner uuid,
    lease_until timestamptz,
    unreachable_at timestamptz,
    unreachable_reason text
);

-- What Telegram told us, exactly once each. `body` is what a person wrote: it is dropped when the
-- update is handled; the row itself stays so that a repetition is known.
CREATE TABLE updates (
    update_id bigint PRIMARY KEY,
    seq bigint GENERATED ALWAYS AS IDENTITY,
    chat_id bigint NOT NULL,
    body text,
    correlation_id text NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    attempts int NOT NULL DEFAULT 0,
    next_try_at timestamptz,
    error text,
    handled_at timestamptz,
    parked_at timestamptz
) WITH (autovacuum_vacuum_scale_factor = 0.02);
CREATE INDEX updates_undone ON updates (chat_id, seq)
    WHERE handled_at IS NULL AND parked_at IS NULL;
CREATE INDEX updates_handled ON updates (handled_at) WHERE handled_at IS NOT NULL;
CREATE INDEX updates_parked ON updates (parked_at) WHERE parked_at IS NOT NULL;

-- The newest version of a subject that people were told of.
CREATE TABLE told (
    subject text PRIMARY KEY,
    version bigint NOT NULL,
    told_at timestamptz NOT NULL
);

CREATE TABLE notices (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id uuid NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    version bigint NOT NULL,
    facts jsonb NOT NULL,
    correlation_id text NOT NULL,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT notices_once UNIQUE (person_id, kind, subject, version)
);
CREATE INDEX notices_person ON notices (person_id, id);
CREATE INDEX notices_correlation ON notices (correlation_id);
CREATE INDEX notices_recorded ON notices (recorded_at);

-- The sending queue. Waiting: neither sent nor failed; `begun_at` alone: Telegram is being asked.
-- `chat_id` null: the person has no chat, `error` says why; 0: the bot itself (its menu).
-- `counted`: Telegram's limits count it. Times of the domain are given, never now().
CREATE TABLE outgoing (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    chat_id bigint,
    person_id uuid,
    lane smallint NOT NULL CHECK (lane IN (0, 1)),
    method text NOT NULL,
    payload jsonb NOT NULL,
    counted boolean NOT NULL,
    recorded_at timestamptz NOT NULL,
    not_before timestamptz,
    attempts int NOT NULL DEFAULT 0,
    first_begun_at timestamptz,
    begun_at timestamptz,
    sent_at timestamptz,
    telegram_message_id bigint,
    failed_at timestamptz,
    error text,
    unknown_outcomes int NOT NULL DEFAULT 0,
    notice_id bigint REFERENCES notices (id) ON DELETE CASCADE,
    correlation_id text NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.02, fillfactor = 80);
CREATE INDEX outgoing_waiting ON outgoing (lane, id)
    WHERE sent_at IS NULL AND failed_at IS NULL AND begun_at IS NULL AND chat_id IS NOT NULL;
CREATE INDEX outgoing_undone_chat ON outgoing (chat_id)
    WHERE sent_at IS NULL AND failed_at IS NULL;
CREATE INDEX outgoing_undone_person ON outgoing (person_id, id)
    WHERE sent_at IS NULL AND failed_at IS NULL;
CREATE INDEX outgoing_no_chat ON outgoing (recorded_at)
    WHERE sent_at IS NULL AND failed_at IS NULL AND chat_id IS NULL;
CREATE INDEX outgoing_begun ON outgoing (begun_at) WHERE begun_at IS NOT NULL;
CREATE INDEX outgoing_recorded ON outgoing (recorded_at);
CREATE INDEX outgoing_notice ON outgoing (notice_id) WHERE notice_id IS NOT NULL;
CREATE INDEX outgoing_correlation ON outgoing (correlation_id);

-- How long Telegram told us to wait, on the real clock; chat 0: all of them.
CREATE TABLE pauses (
    chat_id bigint PRIMARY KEY,
    until timestamptz NOT NULL
);
