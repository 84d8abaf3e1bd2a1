-- Who asks GitHub now: a row a token, shared by all replicas, so that one request follows another.
-- Its moments are the real clock's. wanted_until: somebody waits for an answer, polling gives way.
-- paused_until: GitHub said to wait, nothing is sent. paced_until: no polling before. strikes: limits
-- in a row that did not say how long; stumbles: failures in a row.
CREATE TABLE turns (
    holder text PRIMARY KEY,
    lease_owner uuid,
    lease_until timestamptz NOT NULL DEFAULT now(),
    wanted_until timestamptz NOT NULL DEFAULT now(),
    paused_until timestamptz NOT NULL DEFAULT now(),
    paced_until timestamptz NOT NULL DEFAULT now(),
    strikes int NOT NULL DEFAULT 0,
    stumbles int NOT NULL DEFAULT 0,
    quota int,
    quota_left int,
    resets_at timestamptz,
    answered_at timestamptz
) WITH (fillfactor = 50);

-- By what an address is asked whether it has changed. goes_on: there is another page.
CREATE TABLE validators (
    holder text NOT NULL,
    address text NOT NULL,
    etag text,
    last_modified text,
    goes_on boolean NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (holder, address)
);
CREATE INDEX validators_recorded ON validators (recorded_at);

ALTER TABLE pulls ADD COLUMN author_login text NOT NULL DEFAULT '';
CREATE INDEX pulls_place ON pulls (lower(repository), number);
CREATE INDEX pulls_author ON pulls (author_id, updated_at);

-- Works as school last told of them, by the place that their link names.
CREATE TABLE watched_works (
    submission_id uuid PRIMARY KEY,
    version int NOT NULL,
    repository text,
    number int,
    status text NOT NULL,
    changed_at timestamptz NOT NULL,
    watched_until timestamptz
);
CREATE INDEX watched_works_place ON watched_works (repository, number);
CREATE INDEX watched_works_until ON watched_works (watched_until);

-- The pull request of one or more works: looked at when its moment has come, or when asks and
-- answered differ. repository, number: as the link has them; name: as GitHub calls it now.
-- missing_since: the first of the 404s in a row; lost: what school was told.
CREATE TABLE watches (
    repository text NOT NULL,
    number int NOT NULL,
    name text NOT NULL,
    repository_id bigint,
    page_size int NOT NULL DEFAULT 100,
    asks int NOT NULL DEFAULT 1,
    answered int NOT NULL DEFAULT 0,
    next_look_at timestamptz NOT NULL,
    pull_looked_at timestamptz,
    missing_since timestamptz,
    lost text CONSTRAINT watches_lost CHECK (lost IN ('gone', 'blocked')),
    lease_until timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (repository, number)
) WITH (fillfactor = 80);
CREATE INDEX watches_next ON watches (next_look_at);
CREATE INDEX watches_asked ON watches (next_look_at) WHERE asks <> answered;
CREATE INDEX watches_repository_id ON watches (repository_id);

-- What a person's GitHub holds, for suggestions while they type. wanted_at: somebody waits for it
-- since then; listed_at: it is as GitHub said then.
CREATE TABLE shelves (
    github_id bigint PRIMARY KEY,
    login text NOT NULL,
    wanted_at timestamptz,
    listed_at timestamptz,
    used_at timestamptz NOT NULL,
    lease_until timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX shelves_wanted ON shelves (wanted_at) WHERE wanted_at IS NOT NULL;
CREATE INDEX shelves_used ON shelves (used_at);

CREATE TABLE shelf_repositories (
    github_id bigint NOT NULL REFERENCES shelves ON DELETE CASCADE,
    repository_id bigint NOT NULL,
    name text NOT NULL,
    url text NOT NULL,
    position int NOT NULL,
    wanted_at timestamptz,
    listed_at timestamptz,
    lease_until timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (github_id, repository_id)
);
CREATE INDEX shelf_repositories_wanted ON shelf_repositories (wanted_at)
    WHERE wanted_at IS NOT NULL;

CREATE TABLE shelf_pulls (
    github_id bigint NOT NULL,
    repository_id bigint NOT NULL,
    number int NOT NULL,
    url text NOT NULL,
    title text NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (github_id, repository_id, number),
    FOREIGN KEY (github_id, repository_id) REFERENCES shelf_repositories ON DELETE CASCADE
);

-- Where webhooks of ours are, as GITHUB_HOOKS names it, and how far their deliveries were gone
-- through.
CREATE TABLE hook_places (
    place text PRIMARY KEY,
    next_at timestamptz NOT NULL,
    checked_at timestamptz,
    lease_until timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE hooks (
    place text NOT NULL REFERENCES hook_places ON DELETE CASCADE,
    hook_id bigint NOT NULL,
    seen_until timestamptz,
    PRIMARY KEY (place, hook_id)
);

-- Deliveries that did not reach us. settled: arrived, or given_up after the last try.
CREATE TABLE missed (
    guid text PRIMARY KEY,
    place text NOT NULL,
    hook_id bigint NOT NULL,
    delivery_id bigint NOT NULL,
    event text NOT NULL,
    delivered_at timestamptz NOT NULL,
    attempts int NOT NULL DEFAULT 0,
    next_try_at timestamptz NOT NULL,
    settled text CONSTRAINT missed_settled CHECK (settled IN ('arrived', 'given_up'))
);
CREATE INDEX missed_next ON missed (next_try_at) WHERE settled IS NULL;
CREATE INDEX missed_delivered ON missed (delivered_at);
