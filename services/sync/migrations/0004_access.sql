-- What may be opened: a video, or a collection of videos, at Boomstream. code: the video's, or the
-- collection's. condition: as access/conditions.py reads it; without one operators alone open it.
-- lesson_id: Stepik's, where it stands in the tree. due_on: the next day that its condition names.
CREATE TABLE resources (
    resource_id uuid PRIMARY KEY,
    kind text NOT NULL CONSTRAINT resources_kind CHECK (kind IN ('video', 'collection')),
    title text NOT NULL,
    code text NOT NULL,
    subscription text,
    lesson_id bigint,
    condition jsonb,
    version int NOT NULL DEFAULT 1,
    position int NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    archived_at timestamptz,
    due_on date,
    CONSTRAINT resources_code UNIQUE (kind, code)
);

-- Groups of school that rules may name, as school last told of them.
CREATE TABLE access_groups (
    group_id uuid PRIMARY KEY,
    version int NOT NULL,
    name text NOT NULL,
    deleted boolean NOT NULL
);
CREATE TABLE access_members (
    group_id uuid NOT NULL REFERENCES access_groups ON DELETE CASCADE,
    person_id uuid NOT NULL,
    PRIMARY KEY (group_id, person_id)
);
CREATE INDEX access_members_person ON access_members (person_id);

-- Works of assignments, approved or not any more, as school last told of them.
CREATE TABLE access_works (
    submission_id uuid PRIMARY KEY,
    assignment_id uuid NOT NULL,
    person_id uuid NOT NULL,
    version int NOT NULL,
    approved boolean NOT NULL
);
CREATE INDEX access_works_person ON access_works (person_id);
CREATE INDEX access_works_assignment ON access_works (assignment_id);

-- How school calls the assignments that rules name.
CREATE TABLE access_assignments (
    assignment_id uuid PRIMARY KEY,
    title text NOT NULL
);

-- Of whom something changed that a rule may ask for: looked at while asks and answered differ.
CREATE TABLE access_checks (
    person_id uuid PRIMARY KEY,
    asks int NOT NULL DEFAULT 1,
    answered int NOT NULL DEFAULT 0
) WITH (fillfactor = 80);
CREATE INDEX access_checks_asked ON access_checks (person_id) WHERE asks <> answered;

-- A way through all people, or those of some zones, that has them looked at. after: the last so
-- far. dates_until: of which days of rules people were looked at, in each zone as the day began.
CREATE TABLE access_sweeps (
    sweep_id uuid PRIMARY KEY,
    zones text[],
    after uuid,
    asked_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE access_calendar (
    one boolean PRIMARY KEY DEFAULT true CONSTRAINT access_calendar_one CHECK (one),
    dates_until timestamptz NOT NULL
);

-- How many times a person was told of their access: the version of the next event.
CREATE TABLE access_told (
    person_id uuid PRIMARY KEY,
    version int NOT NULL
);

-- What a person has, or is to have. wanted: what rule and operator come to; granted: what
-- Boomstream last confirmed. recovery: the code of their links, sealed, chosen before the first
-- call and never another. earned_at: the rule was met, and stays so.
CREATE TABLE grants (
    grant_id uuid PRIMARY KEY,
    person_id uuid NOT NULL,
    resource_id uuid NOT NULL REFERENCES resources,
    earned_at timestamptz,
    decision text CONSTRAINT grants_decision CHECK (decision IN ('allow', 'deny')),
    decided_by uuid,
    decided_at timestamptz,
    reason text,
    wanted boolean NOT NULL,
    granted boolean NOT NULL DEFAULT false,
    recovery bytea NOT NULL,
    recovery_key text NOT NULL,
    granted_at timestamptz,
    expires_at timestamptz,
    version int NOT NULL DEFAULT 1,
    told boolean,
    attempts int NOT NULL DEFAULT 0,
    next_try_at timestamptz NOT NULL,
    lease_until timestamptz NOT NULL DEFAULT now(),
    error text,
    CONSTRAINT grants_one UNIQUE (person_id, resource_id)
) WITH (fillfactor = 80);
CREATE INDEX grants_due ON grants (next_try_at) WHERE wanted <> granted;
CREATE INDEX grants_resource ON grants (resource_id);
CREATE INDEX grants_untold ON grants (person_id) WHERE told = false;
CREATE INDEX grants_leased ON grants (lease_until);
CREATE INDEX grants_expiring ON grants (expires_at) WHERE wanted AND granted;

-- Who did what, and why: kept as long as the person is.
CREATE TABLE access_journal (
    entry_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    person_id uuid NOT NULL,
    resource_id uuid NOT NULL,
    deed text NOT NULL CONSTRAINT access_journal_deed CHECK (
        deed IN ('earned', 'allowed', 'denied', 'undecided', 'granted', 'withdrawn', 'refused',
                 'restored')
    ),
    by_person uuid,
    reason text
);
CREATE INDEX access_journal_person ON access_journal (person_id, entry_id);

-- Subscriptions of Boomstream, when their buyers were last compared with ours, and what was found.
CREATE TABLE boomstream_subscriptions (
    subscription text PRIMARY KEY,
    next_at timestamptz NOT NULL,
    compared_at timestamptz,
    missing int NOT NULL DEFAULT 0,
    extra int NOT NULL DEFAULT 0,
    strangers int NOT NULL DEFAULT 0,
    error text,
    lease_until timestamptz NOT NULL DEFAULT now()
);

-- How it stands with Boomstream, over all replicas: one row. While it is paused nothing is sent.
-- has_ring: whether there were DATA_KEYS when sync last looked; without them no grants are made.
CREATE TABLE boomstream_calls (
    one boolean PRIMARY KEY DEFAULT true CONSTRAINT boomstream_calls_one CHECK (one),
    paused_until timestamptz NOT NULL DEFAULT now(),
    answered_at timestamptz,
    error text,
    has_ring boolean NOT NULL DEFAULT false
);
INSERT INTO boomstream_calls DEFAULT VALUES;
