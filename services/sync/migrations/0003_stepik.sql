-- What Stepik says of the courses of STEPIK_COURSE_ID, and how far a pass over one has come.

-- number: of the pass that runs or ran last; phase and page: where it goes on after a stop.
-- What is covered: learners of the course that this pass has read, from the first, without a gap.
-- after_id: the learner up to whom a phase that goes by learners has come. theory_after: the same
-- for lessons without marked steps, which are asked for a part at a time over several passes.
CREATE TABLE stepik_courses (
    course_id bigint PRIMARY KEY,
    title text NOT NULL DEFAULT '',
    learners_group bigint,
    gone_since timestamptz,
    pass_number int NOT NULL DEFAULT 0,
    phase text NOT NULL DEFAULT 'rest',
    covered int NOT NULL DEFAULT 0,
    page_size int NOT NULL DEFAULT 20,
    after_id bigint NOT NULL DEFAULT 0,
    theory_after bigint NOT NULL DEFAULT 0,
    next_pass_at timestamptz NOT NULL,
    started_at timestamptz,
    finished_at timestamptz,
    requests int NOT NULL DEFAULT 0,
    changed int NOT NULL DEFAULT 0,
    failures int NOT NULL DEFAULT 0,
    error text,
    paused_until timestamptz NOT NULL DEFAULT now(),
    lease_owner uuid,
    lease_until timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE stepik_modules (
    section_id bigint PRIMARY KEY,
    course_id bigint NOT NULL REFERENCES stepik_courses ON DELETE CASCADE,
    position int NOT NULL,
    title text NOT NULL,
    gone boolean NOT NULL DEFAULT false
);
CREATE INDEX stepik_modules_course ON stepik_modules (course_id, position);

-- A lesson where a course has it: Stepik's unit.
CREATE TABLE stepik_lessons (
    unit_id bigint PRIMARY KEY,
    section_id bigint NOT NULL REFERENCES stepik_modules ON DELETE CASCADE,
    course_id bigint NOT NULL,
    lesson_id bigint NOT NULL,
    position int NOT NULL,
    title text NOT NULL,
    gone boolean NOT NULL DEFAULT false
);
CREATE INDEX stepik_lessons_section ON stepik_lessons (section_id, position);
CREATE INDEX stepik_lessons_lesson ON stepik_lessons (lesson_id);

-- marked: results name it, so it can be passed; theory is not. marked_in: the pass that learned it.
CREATE TABLE stepik_steps (
    course_id bigint NOT NULL REFERENCES stepik_courses ON DELETE CASCADE,
    step_id bigint NOT NULL,
    lesson_id bigint NOT NULL,
    position int NOT NULL,
    marked boolean NOT NULL DEFAULT false,
    marked_in int,
    gone boolean NOT NULL DEFAULT false,
    PRIMARY KEY (course_id, step_id)
);
CREATE INDEX stepik_steps_lesson ON stepik_steps (lesson_id, position);

-- grade_id: of the row in Stepik's course-grades. seen_in: the number of the last pass that met it;
-- told_in: of the last one that told of progress; told_from: of the first one that may, for what was
-- passed before the learner was met, or matched with a person, is nobody's news.
CREATE TABLE stepik_learners (
    course_id bigint NOT NULL REFERENCES stepik_courses ON DELETE CASCADE,
    user_id bigint NOT NULL,
    grade_id text NOT NULL,
    full_name text NOT NULL DEFAULT '',
    named_at timestamptz,
    steps_passed bigint[] NOT NULL DEFAULT '{}',
    first_seen_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    seen_in int NOT NULL,
    told_in int NOT NULL DEFAULT 0,
    told_from int NOT NULL DEFAULT 0,
    gone_at timestamptz,
    PRIMARY KEY (course_id, user_id)
);
CREATE INDEX stepik_learners_user ON stepik_learners (user_id);
CREATE INDEX stepik_learners_unnamed ON stepik_learners (course_id) WHERE named_at IS NULL;

CREATE TABLE stepik_lessons_passed (
    user_id bigint NOT NULL,
    lesson_id bigint NOT NULL,
    passed_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, lesson_id)
);

-- Lessons without marked steps that a learner had not passed when it was asked.
CREATE TABLE stepik_theory_open (
    user_id bigint NOT NULL,
    lesson_id bigint NOT NULL,
    PRIMARY KEY (user_id, lesson_id)
);

-- Whose account is whose: one of each.
CREATE TABLE stepik_matches (
    person_id uuid PRIMARY KEY,
    user_id bigint NOT NULL CONSTRAINT stepik_matches_user UNIQUE,
    way text NOT NULL CONSTRAINT stepik_matches_way
        CHECK (way IN ('by_hand', 'sign_in', 'github', 'email')),
    matched_at timestamptz NOT NULL,
    matched_by uuid
);

-- Matches that an operator took back: no way but by hand makes them again.
CREATE TABLE stepik_refusals (
    person_id uuid NOT NULL,
    user_id bigint NOT NULL,
    refused_at timestamptz NOT NULL,
    refused_by uuid,
    PRIMARY KEY (person_id, user_id)
);

-- Ways that were tried and led to nobody: none, several, taken (it is another person's), refused
-- (an operator took that match back).
CREATE TABLE stepik_tries (
    person_id uuid NOT NULL,
    way text NOT NULL,
    outcome text NOT NULL CONSTRAINT stepik_tries_outcome
        CHECK (outcome IN ('none', 'several', 'taken', 'refused')),
    tried_at timestamptz NOT NULL,
    PRIMARY KEY (person_id, way)
);
