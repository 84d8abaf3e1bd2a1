-- A course or a roster that somebody uploaded: read, not applied yet. It waits an hour for their
-- word. Once applied it stays for the rest of that hour, so that a second press is not an error.

CREATE TABLE imports (
    import_id uuid PRIMARY KEY,
    person_id uuid NOT NULL,
    kind text NOT NULL CONSTRAINT imports_kind CHECK (kind IN ('course', 'roster')),
    stream_id uuid REFERENCES streams ON DELETE CASCADE,
    body text NOT NULL CONSTRAINT imports_bounded CHECK (octet_length(body) <= 16000000),
    created_at timestamptz NOT NULL,
    applied_at timestamptz,
    CONSTRAINT imports_roster CHECK ((kind = 'roster') = (stream_id IS NOT NULL))
);
CREATE INDEX imports_person ON imports (person_id, created_at);
CREATE INDEX imports_created ON imports (created_at);
CREATE INDEX imports_stream ON imports (stream_id) WHERE stream_id IS NOT NULL;

-- Rosters name people by their GitHub login, in any case.
CREATE INDEX people_github_login ON people (lower(github_login)) WHERE github_login IS NOT NULL;

-- Which assignments have works; also asked by the foreign key when one is deleted.
CREATE INDEX submissions_assignment_id ON submissions (assignment_id)
WHERE assignment_id IS NOT NULL;
