-- What students had GitHub asked for: its limit is one for all of them.
CREATE TABLE looks (
    student_id uuid NOT NULL,
    looked_at timestamptz NOT NULL
);
CREATE INDEX looks_student ON looks (student_id, looked_at);
CREATE INDEX looks_looked_at ON looks (looked_at);
