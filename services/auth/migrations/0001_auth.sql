-- Who people are, how they came in, and what proves it.

CREATE TABLE persons (
    person_id uuid PRIMARY KEY,
    version bigint NOT NULL DEFAULT 0,
    name text NOT NULL CONSTRAINT persons_name_fits CHECK (length(name) BETWEEN 1 AND 200),
    email text,
    roles text[] NOT NULL DEFAULT '{}' CONSTRAINT persons_roles_known
        CHECK (roles <@ ARRAY['student', 'curator', 'teacher', 'administrator']),
    locale text NOT NULL DEFAULT 'ru',
    zone text NOT NULL DEFAULT 'Europe/Moscow',
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX persons_email_once ON persons (lower(email));

-- An account elsewhere that is this person's: never matched by e-mail or by login.
-- Checked at commit, so that one insert settles whether the account, and so the person, is new.
CREATE TABLE accounts (
    issuer text NOT NULL,
    subject text NOT NULL,
    person_id uuid NOT NULL REFERENCES persons ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    login text,
    name text NOT NULL DEFAULT '',
    linked_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT accounts_pkey PRIMARY KEY (issuer, subject),
    CONSTRAINT accounts_one_of_an_issuer UNIQUE (person_id, issuer)
);
CREATE INDEX accounts_login ON accounts (issuer, lower(login)) WHERE login IS NOT NULL;

CREATE TABLE grants (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES persons ON DELETE CASCADE,
    role text NOT NULL,
    granted_by text NOT NULL,
    granted_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE sessions (
    session_id uuid PRIMARY KEY,
    token_hash bytea NOT NULL UNIQUE,
    person_id uuid NOT NULL REFERENCES persons ON DELETE CASCADE,
    csrf text NOT NULL,
    auth_method text NOT NULL,
    user_agent text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz NOT NULL DEFAULT now(),
    ends_at timestamptz NOT NULL
) WITH (fillfactor = 80); -- and no index on last_used_at, so that touching a row stays cheap
CREATE INDEX sessions_person ON sessions (person_id);

-- A sign-in under way, bound to the browser that began it.
CREATE TABLE attempts (
    state_hash bytea PRIMARY KEY,
    browser_hash bytea NOT NULL,
    provider text NOT NULL,
    verifier text NOT NULL,
    next_path text NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX attempts_expiring ON attempts (expires_at);

-- A used code is kept for a while, so that a second try is told why it fails.
CREATE TABLE link_codes (
    code_hash bytea PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES persons ON DELETE CASCADE,
    offered_to bigint,
    used_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);
CREATE INDEX link_codes_person ON link_codes (person_id);
CREATE INDEX link_codes_expiring ON link_codes (expires_at);

CREATE TABLE doors (
    door_hash bytea PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES persons ON DELETE CASCADE,
    expires_at timestamptz NOT NULL
);
CREATE INDEX doors_expiring ON doors (expires_at);

CREATE TABLE signing_keys (
    key_id text PRIMARY KEY,
    public jsonb NOT NULL,
    sealed text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    signs_until timestamptz NOT NULL,
    told_until timestamptz NOT NULL
);
