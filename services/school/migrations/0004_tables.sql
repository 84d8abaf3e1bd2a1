-- What tables and profiles look through.

-- Each work with the curator whose it is now: its team's, whoever that was when it was sent; of a
-- work that stands alone, the one whom it was sent to.
CREATE VIEW curated_submissions AS
SELECT
    submissions.submission_id,
    submissions.student_id,
    groups.curator_id,
    submissions.group_id,
    groups.stream_id,
    submissions.status,
    submissions.changed_at
FROM submissions
JOIN groups ON groups.group_id = submissions.group_id
UNION ALL
SELECT
    submissions.submission_id,
    submissions.student_id,
    submissions.curator_id,
    submissions.group_id,
    NULL AS stream_id,
    submissions.status,
    submissions.changed_at
FROM submissions
WHERE submissions.group_id IS NULL;

CREATE INDEX submissions_alone ON submissions (curator_id, status, changed_at)
    WHERE group_id IS NULL;
CREATE INDEX groups_stream ON groups (stream_id);
CREATE INDEX streams_finish ON streams (finish_on);
