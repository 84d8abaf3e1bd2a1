-- What people chose about notices, a row for each who changed anything: when it is quiet (in the
-- person's own zone; both or neither), when the daily summary comes, and which kinds come how. The
-- row goes with its person.
CREATE TABLE preferences (
    person_id uuid PRIMARY KEY,
    quiet_from time,
    quiet_until time,
    digest_at time NOT NULL DEFAULT '09:00',
    modes jsonb NOT NULL DEFAULT '{}',
    CONSTRAINT preferences_quiet_whole CHECK ((quiet_from IS NULL) = (quiet_until IS NULL))
);
