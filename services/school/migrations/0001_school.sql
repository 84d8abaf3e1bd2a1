-- Works that students send, the pull requests they are in, and the reviews of those.

CREATE TABLE submissions (
    submission_id uuid PRIMARY KEY,
    student_id uuid NOT NULL,
    curator_id uuid NOT NULL,
    title text NOT NULL,
    pull_url text NOT NULL,
    repository text NOT NULL,
    number int NOT NULL,
    status text NOT NULL CONSTRAINT submissions_status
        CHECK (status IN ('available', 'execution', 'review', 'correction', 'approved')),
    version int NOT NULL,
    sent_at timestamptz NOT NULL,
    decided_by bigint,
    created_at timestamptz NOT NULL,
    CONSTRAINT submissions_pull UNIQUE (repository, number)
);
CREATE INDEX submissions_student ON submissions (student_id, created_at);
CREATE INDEX submissions_curator ON submissions (curator_id, status, sent_at);

-- Append-only: the newest row is the status.
CREATE TABLE submission_statuses (
    submission_id uuid NOT NULL REFERENCES submissions,
    version int NOT NULL,
    status text NOT NULL,
    was text,
    changed_at timestamptz NOT NULL,
    changed_by uuid,
    review_id bigint,
    review_url text,
    comment text,
    PRIMARY KEY (submission_id, version)
);

-- Facts heard of pull requests, also of those that nobody has sent yet.
CREATE TABLE pulls (
    repository text NOT NULL,
    number int NOT NULL,
    head_sha text NOT NULL,
    state text NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (repository, number)
);

CREATE TABLE reviews (
    review_id bigint PRIMARY KEY,
    repository text NOT NULL,
    number int NOT NULL,
    reviewer_id bigint NOT NULL,
    state text NOT NULL,
    commit_id text NOT NULL,
    submitted_at timestamptz NOT NULL,
    heard_at timestamptz NOT NULL,
    url text NOT NULL
);
CREATE INDEX reviews_pull ON reviews (repository, number);
