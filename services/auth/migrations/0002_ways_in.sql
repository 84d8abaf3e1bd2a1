-- Every way in, with proof: by a provider, by e-mail and password, by Telegram; and what outside
-- systems let us do in a person's name.

-- An attempt is begun to sign in, to link one more account to who is signed in, or to be granted a
-- right. The nonce comes back inside an ID token.
ALTER TABLE attempts
    ADD COLUMN nonce text NOT NULL DEFAULT '',
    ADD COLUMN purpose text NOT NULL DEFAULT 'sign_in'
        CONSTRAINT attempts_purpose_known CHECK (purpose IN ('sign_in', 'link', 'grant')),
    ADD COLUMN person_id uuid REFERENCES persons ON DELETE CASCADE;

-- An account that somebody proved to be theirs, and that waits for their yes on the page: the
-- session that began is the one that may say it.
CREATE TABLE proposals (
    proposal_hash bytea PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES sessions ON DELETE CASCADE,
    issuer text NOT NULL,
    subject text NOT NULL,
    login text,
    name text NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX proposals_session ON proposals (session_id);
CREATE INDEX proposals_expiring ON proposals (expires_at);

-- A Telegram account accepted in the chat is linked when the page says yes too: the session that
-- made the code.
ALTER TABLE link_codes
    ADD COLUMN session_id uuid REFERENCES sessions ON DELETE CASCADE,
    ADD COLUMN telegram_name text,
    ADD COLUMN accepted_at timestamptz;

-- Signed words of Telegram (widget, Mini App) that were used: each counts once.
CREATE TABLE spent_proofs (
    proof_hash bytea PRIMARY KEY,
    expires_at timestamptz NOT NULL
);
CREATE INDEX spent_proofs_expiring ON spent_proofs (expires_at);

ALTER TABLE persons ADD COLUMN email_confirmed_at timestamptz;

CREATE TABLE passwords (
    person_id uuid PRIMARY KEY REFERENCES persons ON DELETE CASCADE,
    hash text NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now()
);

-- A link that was sent by letter: who opens it reads that mailbox. A person who registers is no
-- person before that: what they said waits here. In another browser than the one that registered the
-- password is asked for again: it may have been somebody else who chose it.
CREATE TABLE email_proofs (
    token_hash bytea PRIMARY KEY,
    purpose text NOT NULL
        CONSTRAINT email_proofs_purpose_known CHECK (purpose IN ('register', 'reset', 'add')),
    email text NOT NULL,
    person_id uuid REFERENCES persons ON DELETE CASCADE,
    name text,
    locale text,
    hash text,
    browser_hash bytea,
    expires_at timestamptz NOT NULL
);
CREATE INDEX email_proofs_person ON email_proofs (person_id);
CREATE INDEX email_proofs_expiring ON email_proofs (expires_at);

-- Letters to be sent; a body is sealed while it waits, for it has a link in it, and is gone once
-- it is sent or given up. `begun_at` is written before the mail server is given the letter: what
-- became of one that was begun and has no outcome is not known, and it is not sent again.
CREATE TABLE letters (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    recipient text NOT NULL,
    sealed text,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    next_try_at timestamptz NOT NULL DEFAULT now(),
    attempts integer NOT NULL DEFAULT 0,
    begun_at timestamptz,
    sent_at timestamptz,
    failed_at timestamptz,
    error text
);
CREATE INDEX letters_waiting ON letters (next_try_at) WHERE sent_at IS NULL AND failed_at IS NULL;
CREATE INDEX letters_recorded ON letters (recorded_at);

-- Who fails again and again waits longer and longer: by the hash of an address, and of a client.
CREATE TABLE slow_downs (
    subject_hash bytea PRIMARY KEY,
    failures integer NOT NULL,
    last_at timestamptz NOT NULL,
    free_at timestamptz NOT NULL
);
CREATE INDEX slow_downs_last ON slow_downs (last_at);

-- What an outside system lets us do in a person's name. `sealed` is the refresh token, gone when
-- the right ends; the access token is kept while it lives, sealed too.
-- `version` counts how often it was granted. The lease says who refreshes it now; without an owner,
-- until when the other side is left alone.
CREATE TABLE rights (
    right_id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES persons ON DELETE CASCADE,
    version bigint NOT NULL DEFAULT 1,
    name text NOT NULL,
    issuer text NOT NULL,
    subject text NOT NULL,
    label text NOT NULL,
    scopes text[] NOT NULL,
    sealed text,
    access_sealed text,
    access_until timestamptz,
    lease_owner uuid,
    lease_until timestamptz,
    granted_at timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz,
    last_used_by text,
    ended_at timestamptz,
    end_reason text,
    CONSTRAINT rights_once UNIQUE (person_id, name, issuer, subject),
    CONSTRAINT rights_open_or_ended CHECK ((sealed IS NULL) = (ended_at IS NOT NULL))
);

-- Roles are taken too.
ALTER TABLE grants ADD COLUMN taken boolean NOT NULL DEFAULT false;
CREATE INDEX grants_person ON grants (person_id, id);
