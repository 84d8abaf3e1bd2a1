-- Works are found by GitHub's number of their repository, which outlives its name.
CREATE INDEX submissions_repository_id ON submissions (repository_id, number)
    WHERE repository_id IS NOT NULL;
