-- Others are told of groups whole, by version: one that stands and was never told is told once.
-- told_title: a group's name with those of its stream and course, as it was last told.
ALTER TABLE groups
    ADD COLUMN version int NOT NULL DEFAULT 1,
    ADD COLUMN told_version int NOT NULL DEFAULT 0,
    ADD COLUMN told_title text NOT NULL DEFAULT '';
CREATE INDEX groups_untold ON groups (group_id) WHERE version <> told_version;

-- Approved works of an assignment, page by page.
CREATE INDEX submissions_approved ON submissions (assignment_id, submission_id)
    WHERE status = 'approved';
