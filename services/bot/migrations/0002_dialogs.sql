-- Where each chat's dialogue stands, by aiogram's key; 0 and '' stand for what a key has not. A row
-- that would hold nothing is not there; one that nobody went on with for 30 days is forgotten.
CREATE TABLE dialogs (
    bot_id bigint NOT NULL,
    chat_id bigint NOT NULL,
    user_id bigint NOT NULL,
    thread_id bigint NOT NULL,
    business_connection_id text NOT NULL,
    destiny text NOT NULL,
    state text,
    data jsonb NOT NULL,
    touched_at timestamptz NOT NULL,
    PRIMARY KEY (chat_id, user_id, bot_id, thread_id, business_connection_id, destiny),
    CONSTRAINT dialogs_data_is_object CHECK (jsonb_typeof(data) = 'object')
) WITH (autovacuum_vacuum_scale_factor = 0.02);
CREATE INDEX dialogs_touched ON dialogs (touched_at);

-- What people wrote to the administrators, for a year.
CREATE TABLE feedback (
    feedback_id uuid PRIMARY KEY,
    person_id uuid NOT NULL,
    username text,
    topic text NOT NULL,
    text text NOT NULL,
    given_at timestamptz NOT NULL
);
CREATE INDEX feedback_given ON feedback (given_at, feedback_id);
CREATE INDEX feedback_person ON feedback (person_id, given_at);
