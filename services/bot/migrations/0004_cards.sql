-- Cards: one a person and matter. Its message is the one in the chat that is edited as the matter
-- goes on; none where it was not shown yet, or where Telegram has it no more.
CREATE TABLE cards (
    card_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id uuid NOT NULL,
    matter text NOT NULL,
    chat_id bigint,
    message_id bigint,
    muted_at timestamptz,
    snoozed_until timestamptz,
    changed_at timestamptz NOT NULL,
    CONSTRAINT cards_matter UNIQUE (person_id, matter)
) WITH (fillfactor = 80);
CREATE INDEX cards_changed ON cards (changed_at);
CREATE INDEX cards_snoozed ON cards (snoozed_until) WHERE snoozed_until IS NOT NULL;

-- No version was released yet: names change at once here, not in two steps.
-- A notice is told (`outgoing_id`), waits (`waits_for`: until `due_at`, or for a chat) or was
-- dropped (`dropped` says why). A summary tells many.
ALTER TABLE notices RENAME COLUMN kind TO rule;
ALTER TABLE notices
    ADD COLUMN card_id bigint REFERENCES cards ON DELETE SET NULL,
    ADD COLUMN outgoing_id bigint REFERENCES outgoing ON DELETE SET NULL,
    ADD COLUMN waits_for text,
    ADD COLUMN due_at timestamptz,
    ADD COLUMN dropped text,
    ADD COLUMN good_until timestamptz NOT NULL DEFAULT 'infinity';
ALTER TABLE notices ALTER COLUMN good_until DROP DEFAULT;
CREATE INDEX notices_without_chat ON notices (recorded_at)
    WHERE waits_for = 'chat' AND due_at IS NULL;
CREATE INDEX notices_waiting ON notices (person_id, due_at) WHERE waits_for IS NOT NULL;
CREATE INDEX notices_due ON notices (due_at) WHERE waits_for IS NOT NULL;
CREATE INDEX notices_card ON notices (card_id, id);
CREATE INDEX notices_outgoing ON notices (outgoing_id) WHERE outgoing_id IS NOT NULL;

UPDATE notices SET outgoing_id = outgoing.id FROM outgoing WHERE outgoing.notice_id = notices.id;
UPDATE notices
SET waits_for = 'chat', outgoing_id = NULL, good_until = notices.recorded_at + interval '7 days'
FROM outgoing
WHERE outgoing.id = notices.outgoing_id
    AND outgoing.chat_id IS NULL
    AND outgoing.failed_at IS NULL;
ALTER TABLE outgoing DROP COLUMN notice_id;
DELETE FROM outgoing WHERE chat_id IS NULL AND failed_at IS NULL;
UPDATE outgoing SET chat_id = 0 WHERE chat_id IS NULL;
DROP INDEX outgoing_no_chat;
DROP INDEX outgoing_waiting;
ALTER TABLE outgoing ALTER COLUMN chat_id SET NOT NULL;

-- Of a card: a row that is an edit is sent as a message where there is nothing to edit, and a
-- message answers the card's earlier one.
ALTER TABLE outgoing
    ADD COLUMN card_id bigint REFERENCES cards ON DELETE SET NULL,
    ADD COLUMN is_edit boolean NOT NULL DEFAULT false,
    ADD COLUMN told_at timestamptz;
COMMENT ON COLUMN outgoing.told_at IS 'sent_at by the domain''s clock';
CREATE INDEX outgoing_waiting ON outgoing (lane, id)
    WHERE sent_at IS NULL AND failed_at IS NULL AND begun_at IS NULL;
CREATE INDEX outgoing_card ON outgoing (card_id) WHERE card_id IS NOT NULL;
CREATE INDEX outgoing_message ON outgoing (chat_id, telegram_message_id)
    WHERE telegram_message_id IS NOT NULL;
CREATE INDEX told_at ON told (told_at);

-- A notice with what became of it.
CREATE VIEW seen AS
SELECT
    notices.id,
    notices.person_id,
    notices.rule,
    notices.facts,
    notices.correlation_id,
    notices.recorded_at,
    notices.waits_for,
    notices.due_at,
    notices.dropped,
    notices.card_id,
    notices.outgoing_id,
    outgoing.chat_id,
    outgoing.told_at,
    outgoing.failed_at
FROM notices
LEFT JOIN outgoing ON outgoing.id = notices.outgoing_id;
