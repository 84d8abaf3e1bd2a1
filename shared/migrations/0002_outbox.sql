-- The inbox keeps a message's id single, and what looks a row up by it (a trace) casts it to text,
-- so that this index never served. It was nearly half of what marking a row as sent cost (measured).
ALTER TABLE outbox DROP CONSTRAINT outbox_message_id_key;
