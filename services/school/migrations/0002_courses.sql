-- Courses, their programs by week, the streams that run them, and the teams that work in those.

CREATE TABLE courses (
    course_id uuid PRIMARY KEY,
    slug text NOT NULL UNIQUE,
    name text NOT NULL,
    description text NOT NULL DEFAULT '',
    chat_url text,
    chat_version int NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL
);

-- A direction within a course. Whatever a course's YAML names, it names by slug.
CREATE TABLE tracks (
    track_id uuid PRIMARY KEY,
    course_id uuid NOT NULL REFERENCES courses,
    slug text NOT NULL,
    name text NOT NULL,
    description text NOT NULL DEFAULT '',
    position int NOT NULL,
    CONSTRAINT tracks_slug UNIQUE (course_id, slug)
);

-- What is taught week by week. A stream keeps its program when the course gets a new one.
CREATE TABLE programs (
    program_id uuid PRIMARY KEY,
    course_id uuid NOT NULL REFERENCES courses,
    slug text NOT NULL,
    name text NOT NULL,
    CONSTRAINT programs_slug UNIQUE (course_id, slug)
);

CREATE TABLE weeks (
    week_id uuid PRIMARY KEY,
    program_id uuid NOT NULL REFERENCES programs,
    number int NOT NULL CONSTRAINT weeks_from_one CHECK (number BETWEEN 1 AND 200),
    title text NOT NULL DEFAULT '',
    description text NOT NULL DEFAULT '',
    CONSTRAINT weeks_number UNIQUE (program_id, number)
);

CREATE TABLE course_lessons (
    lesson_id uuid PRIMARY KEY,
    week_id uuid NOT NULL REFERENCES weeks,
    track_id uuid REFERENCES tracks,
    slug text NOT NULL,
    position int NOT NULL,
    name text NOT NULL,
    content text NOT NULL DEFAULT '',
    video_url text,
    slides_url text,
    repository_url text,
    link_url text,
    CONSTRAINT course_lessons_slug UNIQUE (week_id, slug)
);

-- due_day: counted from the day on which its week opens (1 is that day). retired_at: it is not
-- offered any more, but works of it remain.
CREATE TABLE assignments (
    assignment_id uuid PRIMARY KEY,
    week_id uuid NOT NULL REFERENCES weeks,
    track_id uuid REFERENCES tracks,
    slug text NOT NULL,
    position int NOT NULL,
    name text NOT NULL,
    content text NOT NULL DEFAULT '',
    repository_url text,
    policy text NOT NULL DEFAULT 'own_repo' CONSTRAINT assignments_policy
        CHECK (policy IN ('own_repo', 'any_repo_except_task', 'any_repo')),
    due_day int CONSTRAINT assignments_due_day CHECK (due_day BETWEEN 1 AND 1000),
    retired_at timestamptz,
    CONSTRAINT assignments_slug UNIQUE (week_id, slug)
);

-- A run of a course. Its weeks open one after the other from start_on, at midnight in its zone;
-- after finish_on nothing is sent or decided. weeks_told: the last week that people were told of.
CREATE TABLE streams (
    stream_id uuid PRIMARY KEY,
    course_id uuid NOT NULL REFERENCES courses,
    program_id uuid REFERENCES programs,
    number int NOT NULL CONSTRAINT streams_from_one CHECK (number BETWEEN 1 AND 100000),
    start_on date NOT NULL,
    finish_on date NOT NULL,
    zone text NOT NULL DEFAULT 'Europe/Moscow',
    chat_url text,
    chat_version int NOT NULL DEFAULT 0,
    weeks_told int NOT NULL DEFAULT 0,
    CONSTRAINT streams_number UNIQUE (course_id, number),
    CONSTRAINT streams_in_order CHECK (finish_on >= start_on)
);

-- People taught together: a team of a stream with its curator, or a class with its teacher.
CREATE TABLE groups (
    group_id uuid PRIMARY KEY,
    kind text NOT NULL CONSTRAINT groups_kind CHECK (kind IN ('team', 'class')),
    name text NOT NULL,
    stream_id uuid REFERENCES streams,
    curator_id uuid,
    teacher_id uuid,
    grade text,
    chat_url text,
    chat_version int NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    CONSTRAINT groups_team CHECK (
        kind <> 'team' OR (stream_id IS NOT NULL AND curator_id IS NOT NULL)
    ),
    CONSTRAINT groups_name UNIQUE (stream_id, name)
);
CREATE INDEX groups_curator ON groups (curator_id);

CREATE TABLE group_members (
    group_id uuid NOT NULL REFERENCES groups,
    person_id uuid NOT NULL,
    joined_at timestamptz NOT NULL,
    PRIMARY KEY (group_id, person_id)
);
CREATE INDEX group_members_person ON group_members (person_id);

-- Those of a roster whom nobody has seen yet: they become members when they sign in with GitHub.
CREATE TABLE seats (
    group_id uuid NOT NULL REFERENCES groups,
    github_login text NOT NULL CONSTRAINT seats_lower CHECK (github_login = lower(github_login)),
    name text NOT NULL DEFAULT '',
    added_at timestamptz NOT NULL,
    PRIMARY KEY (group_id, github_login)
);
CREATE INDEX seats_github_login ON seats (github_login);

-- A work of an assignment begins before there is a pull request, and may take it back.
-- note is its student's own: nobody else reads it. trouble: of its pull request, see the event.
-- is_checked: GitHub was asked when the link was sent.
ALTER TABLE submissions
    ADD COLUMN assignment_id uuid REFERENCES assignments,
    ADD COLUMN group_id uuid REFERENCES groups,
    ADD COLUMN note text NOT NULL DEFAULT '',
    ADD COLUMN repository_id bigint,
    ADD COLUMN is_checked boolean NOT NULL DEFAULT true,
    ADD COLUMN trouble text CONSTRAINT submissions_trouble CHECK (trouble IN ('gone', 'blocked')),
    ADD COLUMN changed_at timestamptz,
    ALTER COLUMN pull_url DROP NOT NULL,
    ALTER COLUMN repository DROP NOT NULL,
    ALTER COLUMN number DROP NOT NULL,
    ALTER COLUMN sent_at DROP NOT NULL,
    ADD CONSTRAINT submissions_pull_whole CHECK (
        (pull_url IS NULL) = (repository IS NULL) AND (repository IS NULL) = (number IS NULL)
    ),
    ADD CONSTRAINT submissions_assignment UNIQUE (student_id, assignment_id, group_id);
UPDATE submissions AS one
SET changed_at = (
    SELECT max(changed_at) FROM submission_statuses AS step
    WHERE step.submission_id = one.submission_id
);
UPDATE submissions SET changed_at = created_at WHERE changed_at IS NULL;
ALTER TABLE submissions ALTER COLUMN changed_at SET NOT NULL;
CREATE INDEX submissions_group ON submissions (group_id, status, changed_at);
CREATE INDEX submissions_open ON submissions (status, changed_at);

ALTER TABLE submission_statuses
    ADD COLUMN trouble text;
CREATE INDEX submission_statuses_changed ON submission_statuses (changed_at);

-- The repository's number outlives renames.
ALTER TABLE pulls
    ADD COLUMN repository_id bigint,
    ADD COLUMN title text NOT NULL DEFAULT '',
    ADD COLUMN draft boolean NOT NULL DEFAULT false;
CREATE INDEX pulls_repository_id ON pulls (repository_id, number);
