-- Links that people sent and that wait for their word: what each could be sent for, as school said.
-- submission_id: the work that it became. Forgotten after 30 days.
CREATE TABLE drafts (
    draft_id uuid PRIMARY KEY,
    person_id uuid NOT NULL,
    pull_url text NOT NULL,
    choices jsonb NOT NULL,
    submission_id uuid,
    made_at timestamptz NOT NULL
);
CREATE INDEX drafts_person ON drafts (person_id);
CREATE INDEX drafts_made ON drafts (made_at);

-- Which group chat stands for which place of the school; a place has one. Without a chat: it had
-- one, and its version goes on. stream_id: the stream of a team.
CREATE TABLE group_chats (
    place_id uuid PRIMARY KEY,
    place text NOT NULL CHECK (place IN ('course', 'stream', 'team')),
    name text NOT NULL,
    stream_id uuid,
    chat_id bigint,
    title text NOT NULL,
    url text,
    locale text NOT NULL,
    version int NOT NULL,
    changed_at timestamptz NOT NULL
);
CREATE INDEX group_chats_chat ON group_chats (chat_id) WHERE chat_id IS NOT NULL;
CREATE INDEX group_chats_stream ON group_chats (stream_id) WHERE stream_id IS NOT NULL;
