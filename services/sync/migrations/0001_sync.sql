-- Deliveries seen: the same one again is answered and forgotten.
CREATE TABLE receipts (
    delivery_id text PRIMARY KEY,
    event text NOT NULL,
    action text,
    received_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX receipts_received ON receipts (received_at);

-- What bodies said, whatever the delivery was called: each fact has its effect once.
CREATE TABLE facts (
    fact text PRIMARY KEY,
    learned_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX facts_learned ON facts (learned_at);

CREATE TABLE pulls (
    repository_id bigint NOT NULL,
    number int NOT NULL,
    repository text NOT NULL,
    url text NOT NULL,
    title text NOT NULL,
    author_id bigint NOT NULL,
    state text NOT NULL CONSTRAINT pulls_state CHECK (state IN ('open', 'closed', 'merged')),
    draft boolean NOT NULL,
    head_sha text NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (repository_id, number)
);

CREATE TABLE reviews (
    review_id bigint PRIMARY KEY,
    repository_id bigint NOT NULL,
    number int NOT NULL,
    reviewer_id bigint NOT NULL,
    state text NOT NULL,
    commit_id text NOT NULL,
    submitted_at timestamptz NOT NULL
);
